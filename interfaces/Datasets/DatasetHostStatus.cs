using P2PMiner.Hashing;

namespace P2PMiner.Datasets;

/// <summary>A node's hashing for others.</summary>
[GenerateSerializer, Immutable, Alias("p2p.DatasetHostStatus")]
public sealed record DatasetHostStatus : IWireValue
{
    [Id(0)] public required int Threads { get; init; }
    [Id(1)] public required HashRates Rates { get; init; }

    /// <summary>Requests that wait for a thread.</summary>
    [Id(2)] public required int Waiting { get; init; }

    /// <summary>Peers with requests here at this moment.</summary>
    [Id(3)] public required int Peers { get; init; }

    /// <summary>Requests refused since the start.</summary>
    [Id(4)] public required long Refused { get; init; }

    public string? FindFault() => WireFault.Number(nameof(Threads), Threads) ?? WireFault.Of(nameof(Rates), Rates) ?? WireFault.Number(nameof(Waiting), Waiting)
        ?? WireFault.Number(nameof(Peers), Peers) ?? WireFault.Number(nameof(Refused), Refused);
}
