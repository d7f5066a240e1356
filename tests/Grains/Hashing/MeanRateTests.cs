using CsCheck;
using P2PMiner.Grains.Hashing;

namespace P2PMiner.Grains.Tests.Hashing;

public sealed class MeanRateTests
{
    [Fact]
    public void OfThread_NothingCounted_IsNotKnown()
    {
        var rate = new MeanRate();
        rate.Count(0, 1, TimeSpan.FromSeconds(1));
        rate.Count(10, 1, TimeSpan.Zero);
        Assert.Equal(0, rate.OfThread.PerSecond);
    }

    [Fact]
    public void OfThread_JobsOfAnyCost_IsTheRateAtMeanCost() =>
        Gen.Select(Gen.Double[1, 10_000], Gen.Select(Gen.Double[0.3, 1.6], Gen.ULong[1, 1000]).Array[1, 50]).Sample((speed, slices) =>
        {
            var rate = new MeanRate();
            foreach (var (cost, hashes) in slices)
            {
                rate.Count(hashes, cost, TimeSpan.FromSeconds(hashes * cost / speed));
            }

            Assert.InRange(rate.OfThread.PerSecond / speed, 0.99, 1.01);
        });

    [Fact]
    public void OfThread_MachineGetsSlower_FollowsWithinAFewMinutes()
    {
        var rate = new MeanRate();
        for (var i = 0; i < 10_000; i++)
        {
            rate.Count(100, 1, TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(1000, rate.OfThread.PerSecond, tolerance: 1);
        for (var i = 0; i < 1500; i++)
        {
            rate.Count(50, 1, TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(500, rate.OfThread.PerSecond, tolerance: 10);
    }
}
