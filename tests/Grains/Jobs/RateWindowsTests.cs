using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Tests.Jobs;

public sealed class RateWindowsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RateWindows _rates;

    public RateWindowsTests() => _rates = new(_clock);

    private IReadOnlyList<double> Read => [.. _rates.Read().Select(rate => rate.PerSecond)];

    [Fact]
    public void Read_AtOnce_IsZero() => Assert.Equal([0, 0, 0, 0, 0], Read);

    [Fact]
    public void Read_ShorterThanTheWindows_IsTheMeanSinceTheBeginning()
    {
        _clock.Advance(TimeSpan.FromSeconds(2));
        _rates.Add(100);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([25, 25, 25, 25, 25], Read);
    }

    [Fact]
    public void Read_SteadyRate_IsThatRateInEachWindow() => Gen.Int[1, 5000].Sample(
        minutes =>
        {
            var (clock, rate) = (new FakeTimeProvider(), 50UL);
            var rates = new RateWindows(clock);
            for (var minute = 0; minute < minutes; minute++)
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                rates.Add(60 * rate);
            }

            // The hashes of a minute are counted at its end: a window may have those of one minute more or less.
            Assert.All(rates.Read().Skip(2), mean => Assert.InRange(mean.PerSecond, 49, 51));
        },
        iter: 50);

    [Fact]
    public void Read_ASpeedOfThePast_LeavesTheShortWindowsFirst()
    {
        Mine(TimeSpan.FromHours(1), 100);
        Mine(TimeSpan.FromMinutes(30), 0);

        var rates = Read;

        Assert.Equal((0, 0), (rates[0], rates[1]));
        Assert.InRange(rates[2], 45, 56);
        Assert.InRange(rates[3], 66, 67);
        Assert.Equal(rates[3], rates[4]);
        Assert.Equal(360_000UL, _rates.Total);
    }

    [Fact]
    public void Read_LongAfterTheLast_IsZeroInAllWindows()
    {
        Mine(TimeSpan.FromMinutes(10), 100);
        _clock.Advance(TimeSpan.FromDays(40));

        Assert.Equal([0, 0, 0, 0, 0], Read);
    }

    [Fact]
    public void Windows_AsToldToTools() => Assert.Equal([1, 10, 60, 720, 1440], WorkCounts.Windows.Select(window => window.TotalMinutes));

    private void Mine(TimeSpan time, ulong rate)
    {
        for (var second = 0; second < time.TotalSeconds; second += 2)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            _rates.Add(2 * rate);
        }
    }
}
