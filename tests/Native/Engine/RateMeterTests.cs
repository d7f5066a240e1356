using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace P2PMiner.Native;

public sealed class RateMeterTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RateMeter _meter;

    public RateMeterTests() => _meter = new(_clock);

    [Fact]
    public void Read_NothingAdded_IsEmpty() => Assert.Equal(default, _meter.Read());

    [Fact]
    public void Read_BeforeAWindowHasFilled_IsNullAndCurrentIsTheMeanSinceTheStart()
    {
        Mine(seconds: 9, perSecond: 100);

        var rates = _meter.Read();

        Assert.Equal((null, null, null, null), (rates.TenSeconds, rates.Minute, rates.QuarterHour, rates.Highest));
        Assert.Equal(100, rates.Current.PerSecond, 6);
        Assert.Equal(900UL, rates.TotalHashes);
    }

    [Theory]
    [InlineData(10, true, false, false)]
    [InlineData(59, true, false, false)]
    [InlineData(60, true, true, false)]
    [InlineData(899, true, true, false)]
    [InlineData(900, true, true, true)]
    public void Read_SteadyRate_WindowsFillAtTheirLength(int seconds, bool ten, bool minute, bool quarter)
    {
        Mine(seconds, perSecond: 250);

        var rates = _meter.Read();

        Assert.Equal((ten, minute, quarter), (rates.TenSeconds is not null, rates.Minute is not null, rates.QuarterHour is not null));
        Assert.All(new[] { rates.TenSeconds, rates.Minute, rates.QuarterHour }.OfType<Hashing.HashRate>(), rate => Assert.Equal(250, rate.PerSecond, 6));
    }

    [Fact]
    public void Read_RateDrops_TenSecondsFollowsAndHighestStays()
    {
        Mine(30, 300);
        Mine(30, 100);

        var rates = _meter.Read();

        Assert.Equal(100, rates.TenSeconds!.Value.PerSecond, 6);
        Assert.Equal(200, rates.Minute!.Value.PerSecond, 6);
        Assert.Equal(300, rates.Highest!.Value.PerSecond, 6);
        Assert.Equal(100, rates.Current.PerSecond, 6);
    }

    [Fact]
    public void Read_PauseLongerThanAllWindows_IsZeroAndHighestStays()
    {
        Mine(20, 300);
        _clock.Advance(TimeSpan.FromHours(2));

        var rates = _meter.Read();

        Assert.Equal((0, 0, 0), (rates.TenSeconds!.Value.PerSecond, rates.Minute!.Value.PerSecond, rates.QuarterHour!.Value.PerSecond));
        Assert.Equal(300, rates.Highest!.Value.PerSecond, 6);
        Mine(10, 50);
        Assert.Equal((50, 300), (_meter.Read().TenSeconds!.Value.PerSecond, _meter.Read().Highest!.Value.PerSecond));
    }

    [Fact]
    public void Read_AnyHistory_WindowMeansMatchThePlainSum() =>
        Gen.Select(Gen.Int[1, 3000], Gen.ULong[0, 5000]).Array[1, 200].Sample(slices =>
        {
            var clock = new FakeTimeProvider();
            var meter = new RateMeter(clock);
            meter.Start();
            var done = new List<(double At, ulong Hashes)>();
            var now = 0.0;
            foreach (var (milliseconds, hashes) in slices)
            {
                clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
                now += milliseconds / 1000.0;
                meter.Add(hashes);
                done.Add((Math.Round(now, 3), hashes));
            }

            now = Math.Round(now, 3);
            if (meter.Read().TenSeconds is not { } rate)
            {
                return now < 10;
            }

            // The window begins at a whole second: between 10 and 11 s long.
            var from = Math.Floor(now) - 10;
            var expected = done.Where(slice => slice.At > from).Sum(slice => (double)slice.Hashes) / (now - from);
            return Math.Abs(rate.PerSecond - expected) < 1e-3;
        });

    [Fact]
    public void Add_ManyTimes_AllocatesNothing()
    {
        _meter.Add(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _meter.Add(5);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Mine(int seconds, ulong perSecond)
    {
        _meter.Start();
        for (var i = 0; i < seconds; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _meter.Add(perSecond);
        }
    }
}
