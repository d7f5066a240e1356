using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Native;

/// <summary>
/// The time, while a dataset is being adopted, in which each hashing thread makes its own context of it, because memory comes from near the
/// CPU that first touches it. Guests make theirs when they have something to do. Not thread-safe: every member is used under the engine's
/// lock.
/// </summary>
internal sealed class ContextRound
{
    private DatasetBuild? _build;
    private int _inFlight;
    private Exception? _failure;

    public void Begin(DatasetBuild build) => (_build, _failure) = (build, null);

    /// <summary>For a thread to make its context, and then to say so by <see cref="Complete"/>.</summary>
    public bool TryTake(HashThread thread, [NotNullWhen(true)] out DatasetBuild? build)
    {
        build = _build;
        if (build is null || thread.IsGuest || !Needs(thread))
        {
            return false;
        }

        _inFlight++;
        return true;
    }

    /// <param name="failure">Null: it has its context.</param>
    public void Complete(Exception? failure)
    {
        _inFlight--;
        _failure ??= failure;
    }

    /// <summary>None of them makes a context, and none of them is to.</summary>
    public bool IsOver(IEnumerable<HashThread> threads) => _inFlight == 0 && !threads.Any(Needs);

    /// <returns>What stopped the first of those that were stopped; null: nothing.</returns>
    public Exception? End()
    {
        _build = null;
        return _failure;
    }

    private bool Needs(HashThread thread)
        => _failure is null && _build is { IsCancelled: false } build && !thread.HasContextOf(build.Dataset!);
}
