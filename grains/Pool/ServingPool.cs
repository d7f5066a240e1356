using P2PMiner.Pool;

namespace P2PMiner.Grains.Pool;

/// <summary>The pool that serves now, and the wait for another. Any thread.</summary>
internal sealed class ServingPool
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<ActivePool> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActivePool? _active;
    private PoolState _state;
    private bool _hasEnded;

    public (PoolState State, ActivePool? Active) Now
    {
        get { lock (_gate) return (_state, _active); }
    }

    /// <summary>What is being done about it while none serves.</summary>
    public void Set(PoolState state)
    {
        lock (_gate)
        {
            _state = state;
        }
    }

    public void Begin(ActivePool active)
    {
        lock (_gate)
        {
            (_active, _state) = (active, PoolState.Connected);
            _next.SetResult(active);
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void End()
    {
        lock (_gate)
        {
            (_active, _state) = (null, PoolState.Waiting);
        }
    }

    /// <summary>None will serve any more: waiting callers are cancelled.</summary>
    public void Close()
    {
        lock (_gate)
        {
            (_hasEnded, _state) = (true, PoolState.None);
            _next.TrySetException(new OperationCanceledException("the pool session has ended"));
            _ = _next.Task.Exception;
        }
    }

    /// <summary>The current pool if it is not the one that failed, else the next.</summary>
    public Task<ActivePool> OtherThanAsync(ActivePool failed)
    {
        lock (_gate)
        {
            return _active is { } active && active != failed && !_hasEnded ? Task.FromResult(active) : _next.Task;
        }
    }
}
