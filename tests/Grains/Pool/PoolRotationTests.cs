using CsCheck;
using P2PMiner.Grains.Pool;

namespace P2PMiner.Grains.Tests.Pool;

public sealed class PoolRotationTests
{
    [Fact]
    public void Pause_FailuresInARow_DoublesUpToTheLongest()
    {
        var rotation = new PoolRotation(1, new(), new Random(1));
        Assert.Equal(TimeSpan.Zero, rotation.Pause());
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60, 60 })
        {
            rotation.Failed(refused: false);
            Assert.InRange(rotation.Pause().TotalSeconds, seconds * 0.8, seconds * 1.2);
        }
    }

    [Fact]
    public void Pause_LoginRefused_EightTimesAsLong()
    {
        var rotation = new PoolRotation(1, new(), new Random(1));
        rotation.Failed(refused: true);
        Assert.InRange(rotation.Pause().TotalSeconds, 6.4, 9.6);
    }

    [Fact]
    public void Pause_PoolThatDidNotFail_NoneHoweverLongOthersFailed()
    {
        var rotation = new PoolRotation(2, new(), new Random(1));
        for (var i = 0; i < 5; i++)
        {
            rotation.Failed(refused: false);
        }

        Assert.Equal((1, TimeSpan.Zero), (rotation.Current, rotation.Pause()));
    }

    [Fact]
    public void Served_AfterFailures_BackOffStartsAnew()
    {
        var rotation = new PoolRotation(1, new(), new Random(1));
        rotation.Failed(refused: false);
        rotation.Failed(refused: false);
        rotation.Served();
        rotation.Failed(refused: false);
        Assert.InRange(rotation.Pause().TotalSeconds, 0.8, 1.2);
    }

    [Fact]
    public void Failed_AnyNumberOfPoolsAndRetries_EveryRoundTriesEachPool() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 8]).Sample((pools, retries) =>
        {
            var rotation = new PoolRotation(pools, new() { Retries = retries }, new Random(1));
            for (var round = 0; round < 3; round++)
            {
                foreach (var expected in Enumerable.Repeat(0, retries).Concat(Enumerable.Range(1, pools - 1)))
                {
                    Assert.Equal(expected, rotation.Current);
                    rotation.Failed(refused: false);
                }
            }
        });

    [Fact]
    public void Pause_AnyHistory_NeverBeyondTheLongestWithItsJitter() =>
        Gen.Bool.Array[0, 200].Sample(refusals =>
        {
            var rotation = new PoolRotation(2, new(), new Random(7));
            foreach (var refused in refusals)
            {
                rotation.Failed(refused);
                Assert.InRange(rotation.Pause(), TimeSpan.Zero, TimeSpan.FromSeconds(60 * 8 * 1.2));
            }
        });
}
