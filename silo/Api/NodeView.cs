using P2PMiner.Grains.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Api;

/// <summary>This node at one moment.</summary>
/// <param name="Peer">Null: its silo is just starting, or being replaced.</param>
/// <param name="Pool">Null: no master is known or it does not answer, as for the next.</param>
internal sealed record NodeView(
    NodeId Node, PeerCapabilities Capabilities, EngineStatus Engine, TalliedShares Shares, PeerStatus? Peer, PoolStatus? Pool, JobStatus? Job)
{
    public bool IsPaused => Peer?.State is PeerState.Paused or PeerState.Draining or PeerState.Drained;

    /// <summary>10 s, 60 s and 15 min, with what another node hashes for this one; null until the window has filled.</summary>
    public IReadOnlyList<double?> Rates
    {
        get
        {
            var (own, remote) = (Engine.Rates, Peer?.RemoteRate.PerSecond ?? 0);
            return [own.TenSeconds?.PerSecond + remote, own.Minute?.PerSecond + remote, own.QuarterHour?.PerSecond + remote];
        }
    }
}
