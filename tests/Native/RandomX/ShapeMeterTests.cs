using System.Collections.Concurrent;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Real measurements, in light mode.</summary>
public sealed class ShapeMeterTests
{
    [Fact]
    public void Measure_TwoThreads_SettlesEachAndGivesATime()
    {
        var settled = new ConcurrentBag<int>();
        using var dataset = Dataset();
        using var meter = new ShapeMeter(dataset, 2, hugePages: false, settled.Add);

        var time = meter.Measure(new(4, RandomXFetch.Nta));

        Assert.Equal([0, 1], settled.Order());
        Assert.InRange(time, 10_000, 60e9);
    }

    [Fact]
    public void Measure_NoSuchShape_FailsAndTheThreadsEnd()
    {
        using var dataset = Dataset();
        using var meter = new ShapeMeter(dataset, 2, hugePages: false, _ => { });

        Assert.Throws<HashEngineException>(() => meter.Measure(new(RandomXShape.MachinesMax + 1, RandomXFetch.Nta)));
    }

    private static HashDatasetHandle Dataset()
    {
        HashDatasetHandle.TryCreate(Algorithm.RandomX, EngineFixture.SeedA, RandomXItems.None, hugePages: false, out var dataset).ThrowIfFailed("test");
        dataset.Finish();
        return dataset;
    }
}
