namespace P2PMiner.Silo.Membership;

/// <summary>
/// Requests a new host for the silo. A silo that its cluster has given up cannot come back under its old address; a new host
/// in the same process can, and the hashing threads go on meanwhile. Many in a short time mean that something is wrong with this process, so they are
/// counted; as time passes they are forgiven, or the process on a laptop that sleeps every night would end without a fault of its own.
/// Thread-safe.
/// </summary>
internal sealed class HostRebuilds(TimeProvider clock, ILogger<HostRebuilds> log)
{
    /// <summary>This many at once, and in the long run no more than one in each <see cref="Forgiven"/>.</summary>
    public const int Limit = 25;

    /// <summary>
    /// One is forgiven in each. A machine that sleeps costs its silo once, and hardly sleeps more often than that; a silo that fails for a reason of its own
    /// fails within minutes, and its process ends within the hour. The 20 MiB of heap that an old host holds are freed late, but freed: ten rebuilds in a row
    /// did not add up.
    /// </summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource<string> _wanted = NewSource();
    private double _count;
    private long _total;
    private DateTimeOffset _countedAt = clock.GetUtcNow();

    /// <summary>Hosts that were replaced and not forgiven when the last one was.</summary>
    public int Count
    {
        get { lock (_gate) return (int)Math.Ceiling(_count); }
    }

    /// <summary>Hosts that were replaced since the start.</summary>
    public long Total
    {
        get { lock (_gate) return _total; }
    }

    /// <summary>Completes with the reason when the current host has to be replaced.</summary>
    public Task<string> Wanted
    {
        get { lock (_gate) return _wanted.Task; }
    }

    /// <summary>Requests a new host; of several reasons the first is kept.</summary>
    public void Request(string reason)
    {
        lock (_gate)
        {
            _wanted.TrySetResult(reason);
        }
    }

    /// <summary>
    /// The current host was taken down for the reason in <see cref="Wanted"/>. False: there were too many, and the process should end.
    /// </summary>
    public bool TryBegin()
    {
        string reason;
        lock (_gate)
        {
            // By the wall clock, which goes on while the machine sleeps.
            var now = clock.GetUtcNow();
            var forgiven = now > _countedAt ? (now - _countedAt) / Forgiven : 0;
            _count = Math.Max(0, _count - forgiven) + 1;
            _countedAt = now;
            _total++;
            reason = _wanted.Task.IsCompletedSuccessfully ? _wanted.Task.Result : "its owner wants it";
            _wanted = NewSource();
        }

        if (Count > Limit)
        {
            log.TooManyRebuilds(Limit);
            return false;
        }

        log.Rebuilding(Count, Limit, reason);
        return true;
    }

    private static TaskCompletionSource<string> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
