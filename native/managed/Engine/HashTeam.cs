using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Native;

/// <summary>
/// The threads of one kind, which mine or hash for other nodes, with the queue that they take from and their rate together. Not
/// thread-safe: every member but <see cref="Rate"/> is used under the engine's lock.
/// </summary>
/// <param name="wanted">How many threads there are to be, now.</param>
internal sealed class HashTeam(bool isGuest, Func<int> wanted, bool hugePages, TimeProvider clock)
{
    private readonly WorkQueue _queue = new();

    /// <summary>By index; null: it has ended, or has not been started.</summary>
    private HashThread?[] _threads = [];

    public RateMeter Rate { get; } = new(clock);

    public int Wanted => wanted();

    /// <summary>It has or had threads.</summary>
    public bool HasBegun => _threads.Length > 0;

    /// <summary>Surplus ones too, until they end.</summary>
    public IEnumerable<HashThread> Threads => _threads.OfType<HashThread>();

    /// <summary>Without surplus ones, in order.</summary>
    public IEnumerable<HashThread> ThreadsInUse => _threads.Take(Wanted).OfType<HashThread>();

    /// <param name="start">Starts what it is given.</param>
    public void StartMissing(Action<HashThread> start)
    {
        var count = Wanted;
        if (_threads.Length < count)
        {
            Array.Resize(ref _threads, count);
        }

        for (var index = 0; index < count; index++)
        {
            // A surplus thread that has not ended yet sees that it is wanted again.
            if (_threads[index] is null)
            {
                var own = _threads[index] = new(index, clock, hugePages, isGuest);
                start(own);
            }
        }

        // Else it would wait in vain.
        if (count == 0)
        {
            _queue.GiveBack(static _ => true);
        }
    }

    public bool IsSurplus(HashThread thread) => thread.Index >= Wanted;

    public void Leave(HashThread thread) => _threads[thread.Index] = null;

    public void Add(IQueuedWork work) => _queue.Add(work);

    public bool TryTake([NotNullWhen(true)] out IQueuedWork? work) => _queue.TryTake(out work);

    /// <summary>Gives back what is queued and cancels what runs, of that which <paramref name="isOver"/> tells.</summary>
    public void End(Predicate<IQueuedWork> isOver)
    {
        _queue.GiveBack(isOver);
        foreach (var thread in _threads)
        {
            if (thread?.Running is { } running && isOver(running))
            {
                thread.Cancel();
            }
        }
    }

    /// <summary>Ends what is queued with what it waited for in vain.</summary>
    public void Fail(Exception failure) => _queue.Fail(failure);
}
