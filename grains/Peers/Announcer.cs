using P2PMiner.Grains.Datasets;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// Tells a session's job grain what this node is, and hears which node would hash for it. Part of <see cref="MiningLoop"/>, with the same
/// one caller at a time.
/// </summary>
internal sealed class Announcer(HostProfile host, RemoteHasher remote, TimeProvider clock, ILogger log)
{
    /// <summary>
    /// Without changes the job grain hears of this node this often, because it may be a new job grain, and this node hears of the dataset
    /// host.
    /// </summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(6);

    private (PeerSession To, NodeAnnouncement What, long At)? _last;

    /// <summary>To be called every few seconds and with each new session; most calls do nothing.</summary>
    public async Task AnnounceAsync(PeerSession session, EngineStatus engine)
    {
        var mode = engine.DatasetProgress >= 1 ? engine.DatasetMode : DatasetMode.None;
        var announcement = new NodeAnnouncement
        {
            Node = host.Node,
            Capabilities = host.Capabilities,
            IsDatasetHost = host.IsDatasetHost,
            DatasetMode = mode.ModeName(),
            GuestThreads = engine.GuestThreads,
        };
        if (_last is var (to, what, at) && to == session && what == announcement && clock.GetElapsedTime(at) < Period)
        {
            return;
        }

        try
        {
            var offer = await session.Jobs.AnnounceAsync(announcement);
            if (session.IsLeft)
            {
                return;
            }

            _last = (session, announcement, clock.GetTimestamp());
            if (engine.DatasetProgress >= 1)
            {
                // Without a dataset, as with GhostRider, there is no host either: a node hashes for itself.
                remote.Offer(mode is DatasetMode.Light or DatasetMode.Partial ? offer : null, mode);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LeaseFailed(CallFailure.Brief(e));
        }
    }
}
