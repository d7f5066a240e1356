namespace P2PMiner.Native;

public sealed class NumaCopiesTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(1, RandomXItems.All, 100_000, null)]    // one node: nothing to copy
    [InlineData(2, RandomXItems.All, 4420, 4420)]       // 2 * 2080 + 256 while they are made + 4
    [InlineData(2, RandomXItems.All, 4419, null)]
    [InlineData(4, RandomXItems.All, 9000, 8580)]
    [InlineData(4, RandomXItems.All, 8579, null)]
    [InlineData(2, RandomXItems.None, 600, 516)]        // 2 * 256 + 4
    [InlineData(2, RandomXItems.None, 515, null)]
    [InlineData(2, 32_768UL, 520, 520)]                 // an item has 64 bytes
    [InlineData(2, 32_768UL, 519, null)]
    public void Plan_PadsOfFourMebibytes_WhereAllCopiesFit(int nodes, ulong items, long freeMiB, int? takesMiB)
    {
        var plan = new MemoryPlan(items, Machines: 1, TakesBytes: MemoryPlan.NeedOf(items) + (4 * MiB), freeMiB * MiB, MissingForPartial: 0, MissingForFast: 0);

        Assert.Equal(takesMiB * MiB, NumaCopies.Plan(nodes, plan)?.TakesBytes);
    }

    [Fact]
    public void NeedOf_OneCopy_IsThatOfTheDataset()
    {
        Assert.Equal(MemoryPlan.NeedOf(RandomXItems.All), NumaCopies.NeedOf(1, RandomXItems.All));
        Assert.Equal(MemoryPlan.NeedOf(RandomXItems.All) + (2080 * MiB), NumaCopies.NeedOf(2, RandomXItems.All));
    }
}
