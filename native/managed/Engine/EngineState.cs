using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Native;

/// <summary>
/// What the threads of an engine share, and whose turn is what. All of it is under one lock, <see cref="Gate"/>: every member, unless it
/// says otherwise, is used only by the lock's holder, and only briefly; hashing itself takes no lock. Threads without a turn wait at the
/// gate, and a caller that changes what they wait for pulses it. Starts no thread and calls no native code, but to free memory.
/// </summary>
/// <param name="cpus">How many CPUs hashing may use.</param>
internal sealed class EngineState
{
    private readonly HashEngineOptions _options;
    private readonly int _cpus;
    private ulong _generation;
    private int _threadsWanted;

    public EngineState(SeedBuilds builds, int threads, int cpus, HashEngineOptions options, TimeProvider clock)
    {
        (Builds, _threadsWanted, _cpus, _options) = (builds, threads, cpus, options);
        Mining = new(isGuest: false, () => ThreadsWanted, options.HugePages, clock);
        Guests = new(isGuest: true, () => GuestsWanted, options.HugePages, clock);
    }

    public object Gate { get; } = new();

    public SeedBuilds Builds { get; }

    public ContextRound Contexts { get; } = new();

    public HashTeam Mining { get; }

    /// <summary>Beside the mining threads, on the same dataset. Its threads start with the first guest.</summary>
    public HashTeam Guests { get; }

    /// <summary>How many threads are to mine; to be read without the lock too.</summary>
    public int ThreadsWanted
    {
        get => Volatile.Read(ref _threadsWanted);
        set => Volatile.Write(ref _threadsWanted, value);
    }

    /// <summary>As many as the mining leaves CPUs idle, unless the owner chose.</summary>
    public int GuestsWanted => Builds.Shown?.Setup.ServesGuests == false ? 0
        : Math.Min(_options.GuestThreads ?? Math.Max(0, _cpus - ThreadsWanted), PeerCapabilities.MaxThreads);

    public bool IsStopping { get; private set; }

    /// <summary>Threads that do work now.</summary>
    public int Searching { get; private set; }

    /// <summary>Datasets and contexts, except those for verifying.</summary>
    public NativeMemoryUse Memory => AllThreads.Aggregate(Builds.Memory, (sum, thread) => sum + thread.ContextMemory);

    public IEnumerable<HashThread> AllThreads => Mining.Threads.Concat(Guests.Threads);

    /// <returns>Null: nothing yet. At the end the thread is out of its team already.</returns>
    public Turn? NextTurn(HashThread own, long now)
    {
        var team = TeamOf(own);
        if (IsStopping || team.IsSurplus(own))
        {
            team.Leave(own);
            Wake();   // the wake-up may have been meant for a thread that stays
            return default(Turn);
        }

        if (Contexts.TryTake(own, out var build))
        {
            return new(null, build, new(BuildStepKind.Equip));
        }

        if (Builds.Wanted is { } wanted)
        {
            return Builds.TryTakeStep(nobodySearches: Searching == 0, own.Pace.Items, now, out var step) ? new(null, wanted, step) : null;
        }

        if (!team.TryTake(out var work))
        {
            return null;
        }

        // Under the lock that Preempt sets the flag in: a cancel is never cleared by the slice it was meant for.
        own.Running = work;
        own.AllowSearch();
        Searching++;
        return new(work, Builds.Ready, default);
    }

    /// <summary>To be called after each turn with work.</summary>
    public void EndWork(HashThread own)
    {
        own.Running = null;
        Searching--;
        if (Builds.Wanted is not null)
        {
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>To be called after each step. Takes the lock.</summary>
    /// <param name="change">What the step has changed.</param>
    public void EndStep(Action change)
    {
        lock (Gate)
        {
            change();
            Builds.DropCancelled();
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>A step threw. What waits for that dataset fails too.</summary>
    public void Fail(DatasetBuild build, Exception exception)
    {
        if (Builds.Fail(build, exception))
        {
            Mining.Fail(exception);
        }
    }

    /// <summary>Queues what mines, or gives it back at once.</summary>
    public void Add(IQueuedWork work)
    {
        if (IsStopping || work.Generation < _generation || Builds.Serving is not { } serving || !work.IsFor(serving))
        {
            work.GiveBack();
            return;
        }

        Mining.Add(work);
        Wake();
    }

    public bool MayServeGuest(IQueuedWork work)
        => !IsStopping && GuestsWanted > 0 && Builds.Wanted is null && Builds.Ready is { } ready && work.IsFor(ready);

    /// <summary>Queues what <see cref="MayServeGuest"/> let pass, once there are threads for it.</summary>
    public void AddGuest(IQueuedWork work)
    {
        Guests.Add(work);
        Wake();
    }

    /// <summary>Ends mining work of generations below this one.</summary>
    public void Preempt(ulong generation)
    {
        var oldest = _generation = Math.Max(_generation, generation);
        Mining.End(work => work.Generation < oldest);
    }

    /// <summary>Ends all work, and has all threads make this dataset.</summary>
    /// <param name="renews">It replaces the same for another number of threads: slices wait for it.</param>
    public void Want(Algorithm algorithm, Seed seed, bool renews = false)
    {
        EndAll();
        Builds.Want(algorithm, seed, renews);
        Monitor.PulseAll(Gate);
    }

    /// <summary>The number of threads has changed: what depends on it is made anew.</summary>
    public void RenewForThreads()
    {
        if (Builds.Shown is { Setup.DependsOnThreads: true } shown)
        {
            Want(shown.Algorithm, shown.Seed, renews: Builds.Wanted is null || Builds.Wanted.Renews);
        }

        Monitor.PulseAll(Gate);   // for threads that are surplus now
    }

    /// <summary>Ends all work and has all threads end.</summary>
    public void Stop()
    {
        IsStopping = true;
        EndAll();
        Builds.Stop();
        Monitor.PulseAll(Gate);
    }

    private void EndAll()
    {
        Mining.End(static _ => true);
        Guests.End(static _ => true);
    }

    private HashTeam TeamOf(HashThread thread) => thread.IsGuest ? Guests : Mining;

    /// <summary>One that waits is enough, unless it might be of the other kind.</summary>
    private void Wake()
    {
        if (Guests.HasBegun)
        {
            Monitor.PulseAll(Gate);
        }
        else
        {
            Monitor.Pulse(Gate);
        }
    }
}
