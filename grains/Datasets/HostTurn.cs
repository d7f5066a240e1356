using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Datasets;

/// <summary>One request of a peer at a dataset host: waits for its turn, completes with null when it comes and with the refusal when it does not.</summary>
internal sealed class HostTurn(NodeId peer, Algorithm algorithm, Seed seed, ulong? generation)
    : TaskCompletionSource<HostRefusal?>(TaskCreationOptions.RunContinuationsAsynchronously), IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public NodeId Peer => peer;

    public Algorithm Algorithm => algorithm;

    public Seed Seed => seed;

    /// <summary>When its turn came.</summary>
    public long Began { get; set; }

    /// <summary>The peer no longer wants it.</summary>
    public CancellationToken Cancellation => _stop.Token;

    public bool IsOlderThan(ulong other) => generation < other;

    public void Cancel() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();
}
