using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// How many hashing threads there are to be; starts those that are missing. Not thread-safe: every member is used under the engine's lock.
/// </summary>
/// <param name="chosen">Somebody chose their number; otherwise each algorithm has its own.</param>
/// <param name="cpus">That they may use.</param>
internal sealed class HashThreads(EngineState state, HashLoop loop, ThreadExits exits, bool chosen, int cpus, ILogger log)
{
    private bool _chosen = chosen;

    /// <summary>Without anybody's choice.</summary>
    public static int CountFor(Algorithm algorithm) => ThreadCount.Auto(algorithm, Environment.ProcessorCount, CpuCaches.Read().L3Bytes);

    /// <summary>Surplus threads end after their slice.</summary>
    public void Choose(int threads)
    {
        _chosen = true;
        if (threads != state.ThreadsWanted && UsableCpus.TooMany(threads, cpus) is { } warning)
        {
            log.Unsuited(warning);
        }

        Change(threads);
    }

    public void Suit(Algorithm algorithm)
    {
        if (!_chosen)
        {
            Change(CountFor(algorithm));
        }
    }

    public void StartMissing()
    {
        state.Mining.StartMissing(Start);

        // Those who began take the new number at once; the rest wait until a guest comes.
        if (state.Guests.HasBegun)
        {
            StartGuests();
        }
    }

    public void StartGuests() => state.Guests.StartMissing(Start);

    private void Change(int threads)
    {
        if (threads != state.ThreadsWanted)
        {
            log.ThreadsChanged(state.ThreadsWanted, threads);
            state.ThreadsWanted = threads;
            StartMissing();
        }
    }

    private void Start(HashThread thread) => exits.Start(thread.Name, () => loop.Run(thread));
}
