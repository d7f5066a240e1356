using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Datasets;

namespace P2PMiner.Grains.Tests.Datasets;

public sealed class HashingMixTests
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(20, 500, 520, "Both")]
    [InlineData(20, 500, 490, "Remote")]   // the same machine: both get in each other's way
    [InlineData(20, 500, 505, "Remote")]
    [InlineData(100, 30, 99, "Own")]
    [InlineData(100, 0, 100, "Own")]
    [InlineData(100, 60, 160, "Both")]
    [InlineData(0, 0, 0, "Own")]
    public void Measure_AnyRates_ChoosesTheBest(double own, double remote, double both, string way)
    {
        var mix = new HashingMix(_clock);
        mix.Measure();

        var verdict = RunUntilVerdict(mix, own, remote, both);

        Assert.Equal(way, verdict.Way.ToString());
        Assert.Equal(verdict.Way, mix.Way);
        Assert.Equal(own, verdict.Own.PerSecond, tolerance: 0.05 * own);
        Assert.Equal(remote, verdict.Remote.PerSecond, tolerance: 0.05 * remote);
        Assert.Equal(both, verdict.Both.PerSecond, tolerance: 0.05 * both);
    }

    [Theory]
    [InlineData(20, 500, 520, "both, because that is 4 % more than the better of the two")]
    [InlineData(0, 0, 5, "both, because neither gave a result alone")]
    [InlineData(20, 500, 490, "the host alone, because this node's threads bring nothing more beside it")]
    [InlineData(100, 30, 99, "this node's threads alone, because the host brings nothing more")]
    public void Reason_AnyVerdict_NamesTheChoiceAndWhy(double own, double remote, double both, string reason)
    {
        var way = reason.StartsWith("both", StringComparison.Ordinal) ? HashingWay.Both
            : reason.StartsWith("the host", StringComparison.Ordinal) ? HashingWay.Remote : HashingWay.Own;

        Assert.Equal(reason, new MixVerdict(new(own), new(remote), new(both), way).Reason);
    }

    [Fact]
    public void Way_NoHost_IsOwnForEver()
    {
        var mix = new HashingMix(_clock);

        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            mix.Count(10, isRemote: false);
            Assert.Null(mix.Advance());
            Assert.Equal((true, false), (mix.UsesOwn, mix.UsesRemote));
        }
    }

    [Fact]
    public void LoseHost_WhileUsed_IsOwnAtOnce()
    {
        var mix = new HashingMix(_clock);
        mix.Measure();
        RunUntilVerdict(mix, 20, 500, 490);
        Assert.False(mix.UsesOwn);

        mix.LoseHost();

        Assert.Equal((HashingWay.Own, 0.0), (mix.Way, mix.RemoteRate.PerSecond));
        Assert.Null(mix.Advance());
    }

    [Fact]
    public void Advance_HostBecomesMuchSlower_MeasuresAgain()
    {
        var mix = new HashingMix(_clock);
        mix.Measure();
        RunUntilVerdict(mix, 100, 500, 600);
        Run(mix, 60, 100, 500, 600);
        Assert.False(mix.IsMeasuring);
        Assert.Equal(500, mix.RemoteRate.PerSecond, tolerance: 25);

        var verdict = RunUntilVerdict(mix, 100, 20, 101);

        Assert.Equal(HashingWay.Own, verdict.Way);
    }

    [Theory]
    [InlineData(500, 9, 11)]
    [InlineData(10, 0.8, 1.2)]
    public void Advance_VerdictGrowsOld_MeasuresAgain(double remote, double notBefore, double notAfter)
    {
        var mix = new HashingMix(_clock);
        mix.Measure();
        RunUntilVerdict(mix, 100, remote, remote > 100 ? 100 + remote : 90);

        Run(mix, notBefore * 60, 100, remote, 100 + remote);
        Assert.False(mix.IsMeasuring);
        Run(mix, (notAfter - notBefore) * 60, 100, remote, 100 + remote);

        Assert.True(mix.IsMeasuring || mix.Way == HashingWay.Both);
    }

    [Fact]
    public void Advance_PausedWhileMeasuring_BeginsAnew()
    {
        var mix = new HashingMix(_clock);
        mix.Measure();
        Assert.Null(Run(mix, 4, 100, 50, 150));

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(100, RunUntilVerdict(mix, 100, 50, 150).Own.PerSecond, tolerance: 5);
    }

    [Fact]
    public void Advance_PausedWhileHashing_KeepsToTheVerdict()
    {
        var mix = new HashingMix(_clock);
        mix.Measure();
        RunUntilVerdict(mix, 20, 500, 490);
        Run(mix, 30, 20, 500, 490);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Run(mix, 30, 20, 500, 490);

        Assert.Equal((false, HashingWay.Remote), (mix.IsMeasuring, mix.Way));
    }

    private MixVerdict RunUntilVerdict(HashingMix mix, double own, double remote, double both)
    {
        for (var seconds = 0; seconds < 120; seconds++)
        {
            if (Run(mix, 1, own, remote, both) is { } verdict)
            {
                return verdict;
            }
        }

        throw new InvalidOperationException("no verdict within two minutes");
    }

    /// <summary>Hashes at the given rates in steps of 0.1 s.</summary>
    private MixVerdict? Run(HashingMix mix, double seconds, double own, double remote, double both)
    {
        for (var step = 0; step < seconds * 10; step++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            var (ownShare, remoteShare) = mix.Way switch
            {
                HashingWay.Own => (own, 0.0),
                HashingWay.Remote => (0.0, remote),
                _ => (both - Math.Min(both, remote), Math.Min(both, remote)),
            };
            Count(mix, ownShare, isRemote: false);
            Count(mix, remoteShare, isRemote: true);
            if (mix.Advance() is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }

    private readonly double[] _rest = new double[2];

    private void Count(HashingMix mix, double rate, bool isRemote)
    {
        ref var rest = ref _rest[isRemote ? 1 : 0];
        rest += rate / 10;
        if (rest >= 1)
        {
            mix.Count((ulong)rest, isRemote);
            rest -= (ulong)rest;
        }
    }
}
