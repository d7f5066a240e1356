using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Native;

/// <summary>Work that waits for a thread, first come first served. Not thread-safe: every member is used under the engine's lock.</summary>
internal sealed class WorkQueue
{
    private readonly Queue<IQueuedWork> _waiting = new();

    public void Add(IQueuedWork work) => _waiting.Enqueue(work);

    public bool TryTake([NotNullWhen(true)] out IQueuedWork? work) => _waiting.TryDequeue(out work);

    /// <summary>Ends those that <paramref name="isOver"/> tells, with nothing done; the others keep their order.</summary>
    public void GiveBack(Predicate<IQueuedWork> isOver)
    {
        for (var count = _waiting.Count; count > 0; count--)
        {
            var work = _waiting.Dequeue();
            if (isOver(work))
            {
                work.GiveBack();
            }
            else
            {
                _waiting.Enqueue(work);
            }
        }
    }

    /// <summary>Ends all of it with what stopped it.</summary>
    public void Fail(Exception failure)
    {
        while (_waiting.TryDequeue(out var work))
        {
            work.Fail(failure);
        }
    }
}
