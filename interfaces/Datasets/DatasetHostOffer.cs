using P2PMiner.Peers;

namespace P2PMiner.Datasets;

/// <summary>The node that hashes for nodes with too little memory, and with how many threads at most.</summary>
[GenerateSerializer, Immutable, Alias("p2p.DatasetHostOffer")]
public sealed record DatasetHostOffer([property: Id(0)] NodeId Node, [property: Id(1)] int Threads) : IWireValue
{
    public string? FindFault() => WireFault.Number(nameof(Threads), Threads, PeerCapabilities.MaxThreads);
}
