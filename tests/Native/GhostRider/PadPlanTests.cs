namespace P2PMiner.Native;

public sealed class PadPlanTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(2, 1, 32, 9000, null, 17)]         // L2 + L3 / threads
    [InlineData(64, 2, 256, 9000, null, 6)]
    [InlineData(1, 2, 105, 9000, null, 107)]
    [InlineData(8, 0, 0, 9000, null, 4)]           // the system tells no caches
    [InlineData(8, 1, 0, 9000, null, 2)]           // never less than one lane
    [InlineData(4, 1, 64, 9000, 18, 4)]            // --ram, less the 2 MB of the verifying thread
    [InlineData(4, 1, 64, 9000, 10, 2)]
    [InlineData(2, 1, 64, 266, null, 4)]           // 256 MB stay with the system
    public void Make_CachesAndMemory_CapThePads(int threads, long l2, long l3, long available, int? limit, long expected)
        => Assert.Equal(expected * MiB, PadPlan.Make(threads, new(threads * l2 * MiB, l3 * MiB, l2 * MiB), available * MiB, limit * MiB).BytesMax);

    [Theory]
    [InlineData(4, 9000, 9, "too little memory for GhostRider on 4 threads: 10 MB are needed at least, 9 MB are allowed (--ram); use fewer --threads")]
    [InlineData(8, 270, 512, "too little memory for GhostRider on 8 threads: 18 MB are needed at least, 14 MB are free; use fewer --threads")]
    public void Make_NoRoomForOneLane_SaysWhatIsNeeded(int threads, long available, int limit, string message)
        => Assert.Equal(message,
            Assert.Throws<HashEngineException>(() => PadPlan.Make(threads, new(1 * MiB, 32 * MiB, MiB), available * MiB, limit * MiB)).Message);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void MostLanes_AnyRoom_FillIt(long room)
    {
        var plan = new PadPlan(room * MiB);
        var most = plan.MostLanes();
        var kernel = LaneDepths.Guess(1L << 40);

        Assert.True(most.PadBytes <= plan.BytesMax);
        Assert.All(Enumerable.Range(0, LaneDepths.Variants), variant => Assert.True(
            most[variant] == kernel[variant] || LaneDepths.Single.With(variant, most[variant] + 1).PadBytes > plan.BytesMax));
    }

    [Fact]
    public void Guess_TwoMebibytes_FitsAndIsTold()
    {
        var guess = LaneDepths.Guess(2 * MiB);

        Assert.Equal(2 * MiB, guess.PadBytes);
        Assert.Equal(1, guess[2]);
        Assert.StartsWith($"dark {guess[0]}, dark-lite {guess[1]}, fast 1, lite {guess[3]}, turtle {guess[4]}, turtle-lite ", guess.ToString());
    }
}
