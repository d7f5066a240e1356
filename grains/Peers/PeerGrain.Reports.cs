using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>What the node tells the job grain. A call may end after the node has moved to another session, and then counts for nothing.</summary>
internal sealed partial class PeerGrain
{
    /// <summary>Reports, and asks for work should a message have been lost.</summary>
    private async Task TickAsync()
    {
        var session = _session;
        _engine = engine.GetStatus();
        if (!_paused && (_out > 0 || _remote.IsBusy) && _remote.Advance())
        {
            Pump();
        }

        if (_unreported.Count == 0)
        {
            _unreported[0] = 0;   // a sign of life
        }

        foreach (var (lease, hashes) in _unreported.ToArray())
        {
            _unreported.Remove(lease);
            try
            {
                await _jobs.ReportAsync(new WorkReport { Peer = _node, LeaseId = lease, HashesDone = hashes, Rate = TotalRate, State = State });
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (session != _session)
                {
                    return;
                }

                _unreported[lease] = _unreported.GetValueOrDefault(lease) + hashes;
                log.LeaseFailed(CallFailure.Brief(e));
                return;
            }

            if (session != _session)
            {
                // The other leases are as unknown to the new session as this one.
                return;
            }
        }

        await AnnounceAsync();
        if (_isHearsay)
        {
            await LeaseAsync();
        }

        Pump();
    }

    /// <summary>Tells the job grain what this node is, and hears who would hash for it. Not only once: the job grain may be a new one.</summary>
    private async Task AnnounceAsync()
    {
        var announcement = new NodeAnnouncement
        {
            Node = _node,
            Capabilities = host.Capabilities,
            IsDatasetHost = host.IsDatasetHost,
            DatasetMode = _engine.DatasetProgress >= 1 ? _engine.DatasetMode : "",
            GuestThreads = _engine.GuestThreads,
        };
        if (_announced is var (what, at) && what == announcement && clock.GetElapsedTime(at) < AnnouncePeriod)
        {
            return;
        }

        var session = _session;
        try
        {
            var offer = await _jobs.AnnounceAsync(announcement);
            if (session != _session)
            {
                return;
            }

            _announced = (announcement, clock.GetTimestamp());
            if (_engine.DatasetProgress >= 1)
            {
                // Without a dataset, as with GhostRider, there is no host either: a node hashes for itself.
                _remote.Offer(announcement.DatasetMode is "light" or "partial" ? offer : null, announcement.DatasetMode);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LeaseFailed(CallFailure.Brief(e));
        }
    }
}
