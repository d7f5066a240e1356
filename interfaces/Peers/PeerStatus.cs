using P2PMiner.Hashing;

namespace P2PMiner.Peers;

/// <summary>One node as the console and the dashboard show it.</summary>
[GenerateSerializer, Immutable, Alias("p2p.PeerStatus")]
public sealed record PeerStatus : IWireValue
{
    [Id(0)] public required NodeId Node { get; init; }
    [Id(1)] public required PeerCapabilities Capabilities { get; init; }
    [Id(2)] public required PeerState State { get; init; }
    [Id(3)] public required HashRates Rates { get; init; }

    /// <summary>Hashing threads in use now.</summary>
    [Id(4)] public required int Threads { get; init; }

    /// <summary>What is being hashed; null without work.</summary>
    [Id(5)] public Algorithm? Algorithm { get; init; }

    /// <summary>"fast", "partial" or "light", empty while no dataset is held.</summary>
    [Id(6)] public string DatasetMode { get => OutsideText.Clean(field); init; } = "";

    /// <summary>0..1 while the dataset is being made; 1 when ready.</summary>
    [Id(7)] public double DatasetProgress { get; init; }

    /// <summary>Bytes held for cache, dataset and scratchpads.</summary>
    [Id(8)] public long DatasetBytes { get; init; }

    [Id(9)] public long HugePages { get; init; }
    [Id(10)] public long HugePagesWanted { get; init; }

    /// <summary>Generation of the job it works on; 0 without one.</summary>
    [Id(11)] public ulong Generation { get; init; }

    /// <summary>Why the state is <see cref="PeerState.Failed"/>; otherwise null.</summary>
    [Id(12)] public string? Failure { get => OutsideText.Clean(field, OutsideText.LongMaxChars); init; }

    /// <summary>What another node hashes for this one; not part of <see cref="Rates"/>.</summary>
    [Id(20)] public HashRate RemoteRate { get; init; }

    /// <summary>The node that hashes for this one; null: none.</summary>
    [Id(21)] public NodeId? RemoteHost { get; init; }

    /// <summary>1 GB pages among <see cref="HugePages"/>; each counts there as 512.</summary>
    [Id(22)] public long GiantPages { get; init; }

    /// <summary>How many copies of the dataset are in memory: one, or one for each NUMA node; 0 from a node that does not tell.</summary>
    [Id(23)] public int DatasetCopies { get; init; }

    /// <summary>What a person should hear who sets so many threads; null: there is a CPU for each.</summary>
    public string? NoteOn(int threads) => Capabilities.Cores is var cpus && cpus >= threads ? null
        : cpus == 1 ? $"{Node.Short} has 1 CPU: {threads} threads take turns on it and hash no faster than 1"
        : $"{Node.Short} has {cpus} CPUs: {threads} threads take turns on them and hash no faster than {cpus}";

    public string? FindFault()
        => WireFault.Of(nameof(Capabilities), Capabilities) ?? WireFault.Member(nameof(State), State) ?? WireFault.Of(nameof(Rates), Rates)
        ?? WireFault.Number(nameof(Threads), Threads) ?? (Algorithm is { } algorithm ? WireFault.Member(nameof(Algorithm), algorithm) : null)
        ?? WireFault.Text(nameof(DatasetMode), DatasetMode) ?? WireFault.Number(nameof(DatasetProgress), DatasetProgress)
        ?? WireFault.Number(nameof(DatasetBytes), DatasetBytes) ?? WireFault.Number(nameof(HugePages), HugePages)
        ?? WireFault.Number(nameof(HugePagesWanted), HugePagesWanted) ?? WireFault.Of(nameof(RemoteRate), RemoteRate)
        ?? WireFault.Number(nameof(GiantPages), GiantPages) ?? WireFault.Number(nameof(DatasetCopies), DatasetCopies);
}
