using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>What a hashing thread does from its start to its end: one turn after the other.</summary>
internal sealed class HashLoop(
    EngineState state, BuildRunner runner, NextSeed nextSeed, ThreadPlaces places, TimeProvider clock, ILogger log)
{
    public void Run(HashThread own)
    {
        places.Settle(own.Name, own.Index + (own.IsGuest ? state.ThreadsWanted : 0), own.IsGuest);
        while (WaitForTurn(own) is { IsTheEnd: false } turn)
        {
            if (turn.Work is not null)
            {
                RunWork(own, turn.Work, turn.Build!);
                continue;
            }

            runner.Run(turn.Build!, turn.Step, own.Pace, own);
            if (turn.Step.Kind == BuildStepKind.Adopt)
            {
                nextSeed.StartIfExpected();
            }
        }

        own.Dispose();
    }

    private Turn WaitForTurn(HashThread own)
    {
        lock (state.Gate)
        {
            while (true)
            {
                if (state.NextTurn(own, clock.GetTimestamp()) is { } turn)
                {
                    return turn;
                }

                Monitor.Wait(state.Gate);
            }
        }
    }

    private void RunWork(HashThread own, IQueuedWork work, DatasetBuild build)
    {
        Exception? failure = null;
        try
        {
            own.MakeContext(build.Dataset!);
            var rate = (own.IsGuest ? state.Guests : state.Mining).Rate;
            rate.Start();
            rate.Add(work.Run(own, clock));
        }
        catch (Exception e)
        {
            // The outer edge of the thread: the waiting caller gets it.
            log.SliceFailed(own.Name, e.Message);
            failure = e;
        }

        lock (state.Gate)
        {
            state.EndWork(own);
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
