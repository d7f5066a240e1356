using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Pools.Stratum;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class AllowanceTests
{
    [Fact]
    public void TryTake_WheneverItIsAsked_AllowsABurstAndOneASecond() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 2500].Array[1, 200]).Sample((burst, pauses) =>
        {
            var clock = new FakeTimeProvider();
            var allowance = new Allowance(burst, clock);
            var (taken, passed) = (0, TimeSpan.Zero);
            foreach (var pause in pauses)
            {
                clock.Advance(TimeSpan.FromMilliseconds(pause));
                passed += TimeSpan.FromMilliseconds(pause);
                taken += allowance.TryTake() ? 1 : 0;
                Assert.True(taken <= burst + passed.TotalSeconds);
            }

            clock.Advance(TimeSpan.FromSeconds(burst));
            Assert.All(Enumerable.Range(0, burst), _ => Assert.True(allowance.TryTake()));
            Assert.False(allowance.TryTake());
        }, iter: 1000);
}
