namespace P2PMiner.Native;

public sealed class MemoryPlanTests
{
    private const int Threads = 2;
    private const long MiB = HostMemory.MiB;

    /// <summary>
    /// Two threads, 4 machines each with the whole dataset, 5 near it, 8 with a part, and 10 without: 20, 24, 36 or 44 MiB, and 4 for
    /// verification.
    /// </summary>
    [Theory]
    [InlineData(RandomXMode.Auto, 9000, null, 2080, 4)]
    [InlineData(RandomXMode.Auto, 2616, null, 2080, 4)]     // 256 beside it + 2336 + 20 + 4
    [InlineData(RandomXMode.Auto, 2615, null, 2080, 3)]
    [InlineData(RandomXMode.Auto, 2604, null, 2080, 1)]
    [InlineData(RandomXMode.Auto, 2603, null, 2062, 5)]     // 256 + 256 + 24 + 4, whole pages
    [InlineData(RandomXMode.Auto, 9000, 2348, 2080, 1)]
    [InlineData(RandomXMode.Auto, 9000, 2347, 2062, 5)]
    [InlineData(RandomXMode.Auto, 9000, 2166, 1882, 5)]
    [InlineData(RandomXMode.Auto, 9000, 2155, 1858, 8)]     // 5 machines would leave room for too many of them, 8 do not
    [InlineData(RandomXMode.Auto, 9000, 700, 404, 8)]
    [InlineData(RandomXMode.Auto, 9000, 328, 32, 8)]
    [InlineData(RandomXMode.Auto, 9000, 327, 0, 10)]        // less than pays
    [InlineData(RandomXMode.Auto, 9000, 304, 0, 10)]
    [InlineData(RandomXMode.Auto, 9000, 303, 0, 9)]
    [InlineData(RandomXMode.Auto, 9000, 256, 0, 1)]
    [InlineData(RandomXMode.Auto, 0, null, 0, 1)]
    [InlineData(RandomXMode.Fast, 100, null, 2080, 1)]
    [InlineData(RandomXMode.Fast, 9000, 3000, 2080, 4)]
    [InlineData(RandomXMode.Partial, 9000, null, 2078, 5)]
    [InlineData(RandomXMode.Partial, 9000, 1000, 704, 8)]
    [InlineData(RandomXMode.Partial, 9000, 300, 4, 8)]
    [InlineData(RandomXMode.Partial, 9000, 297, 0, 8)]
    [InlineData(RandomXMode.Light, 9000, null, 0, 10)]
    [InlineData(RandomXMode.Light, 9000, 260, 0, 1)]
    public void Make_Budget_TakesTheMostThatFits(RandomXMode mode, long availableMiB, int? limitMiB, int datasetMiB, uint machines)
    {
        var plan = Make(mode, availableMiB, limitMiB);

        var expected = datasetMiB == 2080 ? RandomXItems.All : (ulong)(datasetMiB * MiB / RandomXItems.Bytes);
        Assert.Equal((expected, machines), (plan.Items, plan.Machines));
    }

    [Fact]
    public void Make_Auto_AnyBudget_IsNeverExceededAndMoreNeverHoldsLess()
    {
        var before = default(MemoryPlan);
        foreach (var limit in Enumerable.Range(268, 2200))   // from the cache, one machine for each thread and one for verification
        {
            var plan = Make(RandomXMode.Auto, 9000, limit);

            Assert.InRange(plan.TakesBytes, 1, limit * MiB);
            Assert.True(plan.Items >= before.Items, $"{limit} MiB hold {plan.Items} items, less than {before.Items} before");
            before = plan;
        }
    }

    [Theory]
    [InlineData(290, 38, 2058)]
    [InlineData(1000, 0, 1348)]
    [InlineData(2400, 0, 0)]
    public void Make_Auto_TellsWhatMoreWouldGive(int limitMiB, long forPartial, long forFast)
    {
        var plan = Make(RandomXMode.Auto, 9000, limitMiB);

        Assert.Equal((forPartial * MiB, forFast * MiB), (plan.MissingForPartial, plan.MissingForFast));
        if (forPartial > 0)
        {
            Assert.Equal(DatasetMode.Partial, RandomXItems.ModeOf(Make(RandomXMode.Auto, 9000, (int)(limitMiB + forPartial)).Items));
        }

        Assert.Equal(DatasetMode.Fast, RandomXItems.ModeOf(Make(RandomXMode.Auto, 9000, (int)(limitMiB + forFast)).Items));
    }

    /// <summary>Memory in pages that were set aside is missing from what the system has free, and still holds the dataset.</summary>
    [Theory]
    [InlineData(RandomXMode.Auto, 256, 2360, 2080, 4)]      // all of it is in those pages: as with 2616 before they were set aside
    [InlineData(RandomXMode.Auto, 1000, 2080, 2080, 4)]
    [InlineData(RandomXMode.Auto, 1000, 2078, 2078, 5)]     // a page too few for the whole dataset
    [InlineData(RandomXMode.Auto, 600, 1000, 1000, 8)]
    [InlineData(RandomXMode.Auto, 3000, 1000, 2080, 4)]     // ordinary memory holds more than they do
    [InlineData(RandomXMode.Auto, 700, 100, 148, 8)]        // the same
    [InlineData(RandomXMode.Auto, 700, 0, 148, 8)]
    [InlineData(RandomXMode.Partial, 256, 2360, 2076, 5)]
    [InlineData(RandomXMode.Fast, 100, 2500, 2080, 1)]
    [InlineData(RandomXMode.Fast, 100, 2000, 2080, 1)]
    [InlineData(RandomXMode.Light, 256, 304, 0, 10)]
    public void Make_PagesSetAside_HoldADatasetOfTheirSize(RandomXMode mode, long availableMiB, long reservedMiB, int datasetMiB, uint machines)
    {
        var plan = Make(mode, availableMiB, limitMiB: null, reservedMiB);

        var expected = datasetMiB == 2080 ? RandomXItems.All : (ulong)(datasetMiB * MiB / RandomXItems.Bytes);
        Assert.Equal((expected, machines), (plan.Items, plan.Machines));
    }

    /// <summary>What is in reserved pages must fit there; what is not must fit into the rest.</summary>
    [Fact]
    public void Make_PagesSetAside_NeverPlansMoreThanThereIs()
    {
        for (var available = 560L; available < 3000; available += 97)
        {
            for (var reserved = 0L; reserved < 3000; reserved += 61)
            {
                var plan = Make(RandomXMode.Auto, available, limitMiB: null, reserved);
                var dataset = MemoryPlan.NeedOf(plan.Items) - RandomXItems.CacheBytes;
                var fits = plan.TakesBytes <= (available - 256) * MiB || (dataset <= reserved * MiB && plan.TakesBytes <= (available + reserved - 256) * MiB);

                Assert.True(fits, $"{available} MiB free and {reserved} MiB set aside: {plan}");
            }
        }
    }

    [Fact]
    public void Fewer_FromAll_HalvesInWholePagesUntilNoneIsLeft()
    {
        List<ulong> tried = [];
        for (var items = RandomXItems.All; items != RandomXItems.None; items = MemoryPlan.Fewer(items))
        {
            tried.Add(items * RandomXItems.Bytes / (ulong)MiB);
        }

        Assert.Equal([2079, 1038, 518, 258, 128, 64, 32], tried);
    }

    private static MemoryPlan Make(RandomXMode mode, long availableMiB, int? limitMiB, long reservedMiB = 0)
        => MemoryPlan.Make(mode, Threads, items => items switch
        {
            RandomXItems.All => 4,
            RandomXItems.None => 10,
            >= 30_670_000 => 5,
            _ => 8,
        }, availableMiB * MiB, limitMiB * MiB, reservedMiB * MiB);
}
