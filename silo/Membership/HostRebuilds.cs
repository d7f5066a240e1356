namespace P2PMiner.Silo.Membership;

/// <summary>
/// Asks whoever runs the silo's host for a new one. A silo that its cluster has given up cannot come back under its old address; a new host
/// in the same process can, and the hashing threads go on meanwhile. Each rebuild leaves some memory behind, so they are counted. Thread-safe.
/// </summary>
internal sealed class HostRebuilds(ILogger<HostRebuilds> log)
{
    /// <summary>About 20 MiB of heap stay behind each time.</summary>
    public const int Limit = 25;

    private readonly Lock _gate = new();
    private TaskCompletionSource<string> _wanted = NewSource();
    private int _count;

    /// <summary>How many hosts have been replaced.</summary>
    public int Count
    {
        get { lock (_gate) return _count; }
    }

    /// <summary>Completes with the reason when the present host has to be replaced.</summary>
    public Task<string> Wanted
    {
        get { lock (_gate) return _wanted.Task; }
    }

    /// <summary>Wants a new host; of several reasons the first is kept.</summary>
    public void Request(string reason)
    {
        lock (_gate)
        {
            _wanted.TrySetResult(reason);
        }
    }

    /// <summary>The present host was taken down for what <see cref="Wanted"/> said. False: there were too many, the process should end.</summary>
    public bool TryBegin()
    {
        string reason;
        lock (_gate)
        {
            reason = _wanted.Task.IsCompletedSuccessfully ? _wanted.Task.Result : "its owner wants it";
            _wanted = NewSource();
            _count++;
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
