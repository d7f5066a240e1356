namespace P2PMiner.Silo.Membership;

/// <summary>The election's decisions as they are published, one after another.</summary>
/// <param name="learn">Takes the terms met on the table port to the election.</param>
/// <param name="highestTerm">Asks the election.</param>
internal sealed class MasterStates(Action<ulong> learn, Func<ulong> highestTerm) : IMasterStates
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MasterState? _current;
    private IReadOnlyList<TablePeer> _peers = [];

    public MasterState? Current
    {
        get { lock (_gate) return _current; }
    }

    public ulong HighestTerm => highestTerm();

    public IReadOnlyList<TablePeer> Peers
    {
        get { lock (_gate) return _peers; }
    }

    /// <summary>Publishes a decision, or the same one with other peers. Null peers: as they were.</summary>
    public void Publish(MasterState? current, IReadOnlyList<TablePeer>? peers = null)
    {
        TaskCompletionSource? waiting = null;
        lock (_gate)
        {
            _peers = peers ?? _peers;
            if (_current != current)
            {
                _current = current;
                waiting = _changed;
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        waiting?.SetResult();
    }

    public async Task<MasterState> NextAsync(MasterState? known, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current is { } current && current != known)
                {
                    return current;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    public void Learn(ulong term) => learn(term);
}
