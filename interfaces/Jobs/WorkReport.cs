using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Jobs;

/// <summary>
/// A peer's report on a lease, sent from time to time and when the lease ends; with nothing to report, a sign of life with lease 0.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.WorkReport")]
public sealed record WorkReport : IWireValue
{
    [Id(0)] public required NodeId Peer { get; init; }
    [Id(1)] public required ulong LeaseId { get; init; }

    /// <summary>Nonces hashed since the last report.</summary>
    [Id(2)] public required ulong HashesDone { get; init; }

    /// <summary>
    /// The rate of all threads that hash for this peer, those of a dataset host too. With GhostRider, whose jobs differ in cost, averaged
    /// over jobs.
    /// </summary>
    [Id(3)] public required HashRate Rate { get; init; }

    /// <summary>The peer's state: a peer that works is sent work if the job grain no longer knows it.</summary>
    [Id(4)] public PeerState State { get; init; }

    public string? FindFault() => WireFault.Of(nameof(Rate), Rate) ?? WireFault.Member(nameof(State), State)
        ?? (HashesDone > NonceRange.SpaceSize ? $"{HashesDone} hashes of a lease" : null);
}
