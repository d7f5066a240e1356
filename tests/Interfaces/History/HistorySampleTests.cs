using CsCheck;
using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;

namespace P2PMiner.Interfaces.Tests.History;

public sealed class HistorySampleTests
{
    private static readonly Gen<HistorySample> Minutes =
        from minute in Gen.Int[0, 9]
        from observed in Gen.Int[0, 60]
        from rate in Gen.Double[0, 1e9]
        from hashes in Gen.Long[0, 1L << 40]
        from shares in Gen.Long[0, 1000].Array[9]
        from credited in Gen.Double[0, 1e12].Nullable()
        from celsius in Gen.Double[-40, 150].Nullable()
        select new HistorySample
        {
            UnixSeconds = 1_800_000_000 + (minute * 60),
            ObservedSeconds = observed,
            Rate = new(rate),
            Hashes = hashes,
            Shares = ShareCounts.Of(outcome => shares[(int)outcome]),
            Credited = credited,
            Celsius = celsius,
        };

    private static readonly Gen<HistorySample[]> TenMinutes = Minutes.Array[1, 10]
        .Select(samples => samples.DistinctBy(sample => sample.UnixSeconds).OrderBy(sample => sample.UnixSeconds).ToArray());

    [Fact]
    public void Merge_AnyMinutes_SumsAreTheSameAndNothingIsNegative() => TenMinutes.Sample(minutes =>
    {
        var merged = HistorySample.Merge(minutes);

        Assert.Equal(minutes.Sum(minute => minute.Hashes), merged.Hashes);
        Assert.All(Enum.GetValues<ShareOutcome>(), outcome => Assert.Equal(minutes.Sum(minute => minute.Shares[outcome]), merged.Shares[outcome]));
        Assert.Equal(minutes.Sum(minute => minute.ObservedSeconds), merged.ObservedSeconds);
        Assert.Equal(minutes.Any(minute => minute.Credited is not null), merged.Credited is not null);
        Assert.Equal(minutes.Sum(minute => minute.Credited ?? 0), merged.Credited ?? 0);
        Assert.Null(merged.FindFault());
    });

    [Fact]
    public void Merge_AnyMinutes_MeansLieBetweenTheLeastAndTheGreatest() => TenMinutes.Sample(minutes =>
    {
        var merged = HistorySample.Merge(minutes);

        Assert.InRange(merged.Rate.PerSecond, minutes.Min(minute => minute.Rate.PerSecond) * 0.999999, minutes.Max(minute => minute.Rate.PerSecond) * 1.000001);
        Assert.Equal(minutes.Any(minute => minute.Celsius is not null), merged.Celsius is not null);
    });

    [Fact]
    public void Merge_MinutesOfDifferentLengths_WeighsThemByTheTimeObserved()
    {
        HistorySample[] minutes = [Minute(0, observed: 60, rate: 100), Minute(1, observed: 20, rate: 500)];

        var merged = HistorySample.Merge(minutes);

        Assert.Equal(200, merged.Rate.PerSecond);
        Assert.Equal((HistoryStep.TenMinutes, 1_800_000_000, 80), (merged.Step, merged.UnixSeconds, merged.ObservedSeconds));
    }

    [Fact]
    public void Bucket_AnyMoment_HoldsItAndIsAWholeMultiple() => Gen.Long[-10_000_000_000, 10_000_000_000].Sample(moment =>
    {
        foreach (var step in Enum.GetValues<HistoryStep>())
        {
            var bucket = step.BucketOf(moment);
            Assert.Equal(0, bucket % step.Seconds());
            Assert.InRange(moment - bucket, 0, step.Seconds() - 1);
        }
    });

    [Theory]
    [InlineData(1, HistoryStep.Minute)]
    [InlineData(24, HistoryStep.Minute)]
    [InlineData(24 * 7, HistoryStep.TenMinutes)]
    [InlineData(24 * 30, HistoryStep.TenMinutes)]
    public void For_Range_IsTheFinestThatIsKept(int hours, HistoryStep step) => Assert.Equal(step, HistorySteps.For(TimeSpan.FromHours(hours)));

    [Fact]
    public void Counts_AnyOutcome_AreFoundByItAndAdded()
    {
        var counts = ShareCounts.Of(outcome => 1L << (int)outcome);

        Assert.All(Enum.GetValues<ShareOutcome>(), outcome => Assert.Equal(1L << (int)outcome, counts[outcome]));
        Assert.Equal((1L << Enum.GetValues<ShareOutcome>().Length) - 1, counts.Total);
        Assert.Equal(counts.Total - 1, counts.NotAccepted);
        Assert.Equal(2 * counts.Total, (counts + counts).Total);
    }

    [Fact]
    public void FindFault_ImpossibleValues_AreFound()
    {
        var sound = Minute(0, 60, 100);
        Assert.Null(sound.FindFault());
        Assert.NotNull((sound with { Hashes = -1 }).FindFault());
        Assert.NotNull((sound with { ObservedSeconds = 601 }).FindFault());
        Assert.NotNull((sound with { Shares = new() { Lost = -1 } }).FindFault());
        Assert.NotNull((sound with { Celsius = double.NaN }).FindFault());
        Assert.NotNull((sound with { Watts = -1 }).FindFault());
        Assert.NotNull((sound with { Latency = TimeSpan.FromSeconds(-1) }).FindFault());
    }

    private static HistorySample Minute(int minute, int observed, double rate) => new()
    {
        UnixSeconds = 1_800_000_000 + (minute * 60), ObservedSeconds = observed, Rate = new HashRate(rate), Hashes = (long)rate * observed, Shares = default,
    };
}
