using System.Collections.Immutable;
using P2PMiner.Hashing;

namespace P2PMiner.Peers;

/// <summary>What a node's machine is and can do.</summary>
[GenerateSerializer, Immutable, Alias("p2p.PeerCapabilities")]
public sealed record PeerCapabilities : IWireValue
{
    /// <summary>Most hashing threads a node can be set to, by configuration and by command, and most it can lend: more than any machine has CPUs.</summary>
    public const int MaxThreads = 4096;

    /// <summary>The most elements of a list: more than any machine has.</summary>
    private const int MostListed = 256;

    [Id(0)] public required string HostName { get => OutsideText.Clean(field); init; }

    /// <summary>The CPU's brand string.</summary>
    [Id(1)] public required string Cpu { get => OutsideText.Clean(field); init; }

    [Id(2)] public required int Cores { get; init; }

    /// <summary>Hashing threads when mining at full strength.</summary>
    [Id(3)] public required int Threads { get; init; }

    [Id(4)] public required long L2Bytes { get; init; }
    [Id(5)] public required long L3Bytes { get; init; }
    [Id(6)] public required long RamTotalBytes { get; init; }

    /// <summary>RAM the node may use for datasets, free at its start or as given with --ram.</summary>
    [Id(7)] public required long RamUsableBytes { get; init; }

    /// <summary>Instruction sets that hashing can use, in the compiler's spelling: aes, avx2, avx512f, vaes ...</summary>
    [Id(8)] public required ImmutableArray<string> Isa { get => OutsideText.CleanAll(field); init; }

    [Id(9)] public required string Version { get => OutsideText.Clean(field); init; }

    /// <summary>The algorithms it is set to hash and has passed the self-test of.</summary>
    [Id(10)] public ImmutableArray<Algorithm> Algorithms { get; init; } = [];

    /// <summary>
    /// NUMA nodes that hashing takes into account: 1 on most machines, and if that is switched off; 0 from a node that does not tell.
    /// </summary>
    [Id(11)] public int NumaNodes { get; init; }

    public string? FindFault() => WireFault.Text(nameof(HostName), HostName) ?? WireFault.Text(nameof(Cpu), Cpu) ?? WireFault.Text(nameof(Version), Version)
        ?? WireFault.Number(nameof(Cores), Cores) ?? WireFault.Number(nameof(Threads), Threads) ?? WireFault.Number(nameof(NumaNodes), NumaNodes)
        ?? WireFault.Number(nameof(L2Bytes), L2Bytes) ?? WireFault.Number(nameof(L3Bytes), L3Bytes)
        ?? WireFault.Number(nameof(RamTotalBytes), RamTotalBytes) ?? WireFault.Number(nameof(RamUsableBytes), RamUsableBytes)
        ?? (Isa.IsDefault ? $"{nameof(Isa)} is missing" : WireFault.Each(nameof(Isa), Isa, MostListed))
        ?? (Algorithms.IsDefault ? $"{nameof(Algorithms)} is missing" : WireFault.Each(nameof(Algorithms), Algorithms, MostListed));
}
