using System.Collections.Concurrent;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Real measurements, of few lanes.</summary>
public sealed class LaneMeterTests
{
    [Fact]
    public void Measure_TwoThreads_SettlesEachAndGivesATime()
    {
        var settled = new ConcurrentBag<int>();
        using var dataset = Dataset();
        using var meter = new LaneMeter(dataset, new([2, 2, 1, 1, 2, 2]), 2, hugePages: false, settled.Add);

        var times = Enumerable.Range(0, LaneDepths.Variants).Select(variant => meter.Measure(variant, 1)).ToList();

        Assert.Equal([0, 1], settled.Order());
        Assert.All(times, time => Assert.InRange(time, 1_000, 60e9));

        // Eight times the iterations of turtle on eight times the pad.
        Assert.True(times[2] > times[4], $"fast {times[2]}, turtle {times[4]}");
    }

    [Fact]
    public void Measure_MoreLanesThanRoom_FailsAndTheThreadsEnd()
    {
        using var dataset = Dataset();
        using var meter = new LaneMeter(dataset, LaneDepths.Single, 2, hugePages: false, _ => { });

        Assert.Throws<HashEngineException>(() => meter.Measure(2, LaneDepths.Most));
    }

    private static HashDatasetHandle Dataset()
    {
        HashDatasetHandle.TryCreate(Algorithm.GhostRider, Seed.None, items: 0, hugePages: false, out var dataset).ThrowIfFailed("test");
        dataset.Finish();
        return dataset;
    }
}
