using System.Collections.Immutable;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Which node is master in which term, and which nodes live: the election publishes it here, and the membership table and the session
/// follow it. A master counts until another is decided on: an election takes a moment, and work goes on until then. Any thread.
/// </summary>
internal sealed class Mastership(ILogger<Mastership> log)
{
    private readonly Lock _gate = new();
    private volatile MasterView _current = MasterView.Initial;
    private TaskCompletionSource _changed = NewSource();
    private CancellationTokenSource _reign = new();
    private ulong _highestTerm;

    /// <summary>Raised by <see cref="Learn"/>.</summary>
    public event Action<ulong>? TermLearnt;

    public MasterView Current => _current;

    /// <summary>The highest term that the election knows of; a node that claims one far above it is not believed.</summary>
    public ulong HighestTerm
    {
        get => Volatile.Read(ref _highestTerm);
        set => Volatile.Write(ref _highestTerm, value);
    }

    /// <summary>
    /// Tells the election of a term that was met on the table port. A master that stopped serving for the sake of a higher term serves again only
    /// after the election gave it a still higher one.
    /// </summary>
    public void Learn(ulong term) => TermLearnt?.Invoke(term);

    /// <param name="master">Null: none is known now, and the former one still counts.</param>
    public void Publish(MasterDecision decision, Master? master, ImmutableSortedDictionary<NodeId, LivingPeer> peers)
    {
        Master? before;
        TaskCompletionSource changed;
        CancellationTokenSource reign;
        lock (_gate)
        {
            before = _current.Master;
            if (master is null || master == before)
            {
                _current = new(decision, before, peers);
                return;
            }

            _current = new(decision, master, peers);
            (changed, _changed) = (_changed, NewSource());
            (reign, _reign) = (_reign, new());
        }

        if (master.Node != before?.Node)
        {
            Tell(master);
        }

        // Neither runs its waiting callers here: the election goes on.
        changed.SetResult();
        _ = reign.CancelAsync();
    }

    /// <summary>
    /// Waits until another than <paramref name="known"/> counts, and gives that one. A slow caller misses masters in between, never the
    /// last.
    /// </summary>
    /// <param name="known">As it was given, not a copy: a master that counts again is another.</param>
    public async Task<Master> NextAsync(Master? known, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current.Master is { } master && !ReferenceEquals(master, known))
                {
                    return master;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Cancelled as soon as another than <paramref name="master"/> counts.</summary>
    public CancellationToken EndOf(Master master)
    {
        lock (_gate)
        {
            return ReferenceEquals(master, _current.Master) ? _reign.Token : new(canceled: true);
        }
    }

    /// <summary>
    /// Calls <paramref name="follow"/> for the master that counts and, when that has ended, for the next one. Its token is cancelled as soon as another
    /// counts. Returns once <paramref name="cancellation"/> is cancelled.
    /// </summary>
    public async Task FollowAsync(Func<Master, CancellationToken, Task> follow, CancellationToken cancellation)
    {
        try
        {
            for (var master = await NextAsync(null, cancellation); ; master = await NextAsync(master, cancellation))
            {
                using var reign = CancellationTokenSource.CreateLinkedTokenSource(cancellation, EndOf(master));
                try
                {
                    await follow(master, reign.Token);
                }
                catch (OperationCanceledException) when (reign.IsCancellationRequested)
                {
                    // Another counts.
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end.
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell(Master master)
    {
        if (master.IsSelf)
        {
            log.Leading(master.Term);
        }
        else
        {
            log.Following(master.Node.Short, master.TablePort.Address, master.Term);
        }
    }
}
