using P2PMiner.Jobs;
using P2PMiner.Pool;

namespace P2PMiner.Pools.Connections;

/// <summary>Counts of a pool session since its start, kept by the session and by each of its connections. Safe to use from any thread.</summary>
internal sealed class PoolStatistics
{
    private const int PingSamples = 15;

    private readonly Lock _gate = new();
    private readonly Queue<TimeSpan> _pings = new();
    private long _accepted;
    private long _rejected;
    private long _lost;
    private long _failures;
    private long _skippedMessages;
    private long _retriedRequests;
    private long _refusedRequests;
    private double _hashesCredited;
    private string? _lastError;

    /// <summary>The pool answered. Returns the counts after this one, for the log.</summary>
    public (long Accepted, long Rejected) Answered(bool accepted, double difficulty, TimeSpan roundTrip)
    {
        lock (_gate)
        {
            _pings.Enqueue(roundTrip);
            if (_pings.Count > PingSamples)
            {
                _pings.Dequeue();
            }

            if (accepted)
            {
                _accepted++;
                _hashesCredited += difficulty;
            }
            else
            {
                _rejected++;
            }

            return (_accepted, _rejected);
        }
    }

    public void ShareLost()
    {
        lock (_gate)
        {
            _lost++;
        }
    }

    public void ConnectionFailed(string error)
    {
        lock (_gate)
        {
            (_failures, _lastError) = (_failures + 1, error);
        }
    }

    /// <summary>The pool sent a line, a job or an answer that cannot be used, and the connection goes on.</summary>
    public void MessageSkipped() => Interlocked.Increment(ref _skippedMessages);

    /// <summary>A request or a share goes out once more.</summary>
    public void RequestRetried() => Interlocked.Increment(ref _retriedRequests);

    /// <summary>The pool asked for something that we do not do, or too often.</summary>
    public void RequestRefused() => Interlocked.Increment(ref _refusedRequests);

    public PoolStatus Snapshot(PoolState state, string? pool, PoolPeer? peer, TimeSpan uptime, PoolJob? job)
    {
        lock (_gate)
        {
            return new()
            {
                State = state,
                Pool = pool,
                Ip = peer?.Ip,
                Tls = peer?.Tls,
                TlsFingerprint = peer?.TlsFingerprint,
                Uptime = uptime,
                Ping = _pings.Count == 0 ? TimeSpan.Zero : _pings.Order().ElementAt(_pings.Count / 2),
                Failures = _failures,
                Accepted = _accepted,
                Rejected = _rejected,
                Lost = _lost,
                Difficulty = job is null ? 0 : (double)job.Target.Difficulty,
                HashesCredited = _hashesCredited,
                LastError = _lastError,
                SkippedMessages = Interlocked.Read(ref _skippedMessages),
                RetriedRequests = Interlocked.Read(ref _retriedRequests),
                RefusedRequests = Interlocked.Read(ref _refusedRequests),
            };
        }
    }
}
