using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The hashing threads: what each does next, and its slices.</summary>
public sealed partial class HashEngine
{
    private void StartMissingThreads()
    {
        if (_threads.Length < _threadsWanted)
        {
            Array.Resize(ref _threads, _threadsWanted);
        }

        for (var index = 0; index < _threadsWanted; index++)
        {
            // A surplus thread that has not ended yet sees that it is wanted again.
            if (_threads[index] is null)
            {
                var own = _threads[index] = new HashThread(index, _clock, _options.HugePages);
                StartThread(own.Name, () => Work(own));
            }
        }

        // Those who began take the new number at once; the rest wait until a guest comes.
        if (_guests.Length > 0)
        {
            StartMissingGuests();
        }
    }

    private void StartThread(string name, Action body)
    {
        var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _exits.RemoveAll(task => task.IsCompleted);
        _exits.Add(exit.Task);
        new Thread(() =>
        {
            try
            {
                body();
            }
            finally
            {
                exit.SetResult();
            }
        })
        { Name = name, IsBackground = true }.Start();
    }

    private void Work(HashThread own)
    {
        SettleThread(own.Name, own.Index, own.IsGuest);
        while (TryTakeWork(own, out var work, out var build, out var step))
        {
            if (work is not null)
            {
                RunWork(own, work);
            }
            else
            {
                RunStep(build!, step, own.Pace, own);
            }
        }

        own.Dispose();
    }

    /// <summary>Waits for something to do; false: the thread is to end, and is out of the engine's list already.</summary>
    private bool TryTakeWork(HashThread own, out IQueuedWork? work, out DatasetBuild? build, out BuildStep step)
    {
        (work, build, step) = (null, null, default);
        lock (_gate)
        {
            while (true)
            {
                if (_stopping || IsSurplus(own))
                {
                    (own.IsGuest ? _guests : _threads)[own.Index] = null;
                    WakeThread();   // the wake-up may have been meant for a thread that stays
                    return false;
                }

                if (TryTakeEquip(own, out build))
                {
                    step = new(BuildStepKind.Equip);
                    return true;
                }

                if (_build is not null)
                {
                    if (TryTakeStep(_build, own.Pace.Items, out step))
                    {
                        build = _build;
                        return true;
                    }
                }
                else if (TryDequeue(own, out work))
                {
                    // Under the lock that Preempt sets the flag in: a cancel is never cleared by the slice it was meant for.
                    own.Running = work;
                    own.AllowSearch();
                    _searching++;
                    return true;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    private bool TryTakeStep(DatasetBuild build, ulong chunkItems, out BuildStep step)
    {
        var wanted = build == _build;
        var mayCreate = !wanted || (_searching == 0 && _cancelledBuilds.Count == 0);
        var taken = build.TryTakeStep(mayCreate, mayAdopt: wanted && _searching == 0, chunkItems, _clock.GetTimestamp(), out var next);
        step = next ?? default;
        if (taken && wanted && step.Kind is BuildStepKind.Create or BuildStepKind.Inherit or BuildStepKind.Adopt)
        {
            // Here, under the lock: from now on nobody may be told that the old dataset is ready.
            (_outgoing, _ready) = (_ready, null);
        }

        return taken;
    }

    private void RunWork(HashThread own, IQueuedWork work)
    {
        Exception? failure = null;
        try
        {
            own.MakeContext(_ready!.Dataset!);   // _ready stays while a slice runs
            var rate = own.IsGuest ? _guestRate : _rate;
            rate.Start();
            rate.Add(work.Run(own, _clock));
        }
        catch (Exception e)
        {
            // The outer edge of the thread: the waiting caller gets it.
            _log.SliceFailed(own.Name, e.Message);
            failure = e;
        }

        lock (_gate)
        {
            own.Running = null;
            _searching--;
            if (_build is not null)
            {
                Monitor.PulseAll(_gate);
            }
        }

        if (failure is null)
        {
            work.Complete();
        }
        else
        {
            work.Fail(failure);
        }
    }
}
