using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using P2PMiner.History;
using P2PMiner.Silo.Pages;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Tests.Pages;

public sealed class ChartTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 29, 12, 34, 56, TimeSpan.Zero);

    [Fact]
    public void Scale_AnyNumber_FitsInTwoToFiveRoundSteps() => Gen.Double[1e-6, 1e18].Sample(highest =>
    {
        var scale = Scale.For(highest);
        Assert.InRange(scale.Steps, 2, 5);
        Assert.True(scale.Top >= highest && (scale.Steps == 2 || scale.Top - scale.Step < highest), $"{highest}: {scale}");
        Assert.Contains(
            scale.Step.ToString("E6", CultureInfo.InvariantCulture).Split('E')[0], new[] { "1.000000", "2.000000", "2.500000", "5.000000" });
    });

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Scale_OfNothing_IsThatOfOne(double highest) => Assert.Equal(2, Scale.For(highest).Top);

    [Fact]
    public void Frame_CutsEachSampleIntoTheBucketOfItsStart()
    {
        foreach (var range in PageRange.All)
        {
            var frame = new TimeFrame(range, Now, TimeZoneInfo.Utc);
            Assert.True(frame.From <= Now - range.Length + range.Bucket && Now < frame.To && range.Points <= 180);
            for (var bucket = 0; bucket < range.Points; bucket += 7)
            {
                var cut = frame.Cut([Sample(frame.StartOf(bucket), 5)]);
                Assert.Equal(5, cut[bucket]?.Rate.PerSecond);
                Assert.Equal(1, cut.Count(one => one is not null));
            }

            Assert.All(frame.Cut([Sample(frame.From - range.Bucket, 5), Sample(frame.To, 5)]), Assert.Null);
        }
    }

    [Fact]
    public void Frame_DayOfASwitchToSummerTime_HasItsTicksAtWholeHoursOfTheClock()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var frame = new TimeFrame(PageRange.Day, Now, berlin);

        var ticks = frame.Ticks().ToArray();

        Assert.Equal(["15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00"], ticks.Select(tick => tick.Text));
        Assert.Equal(ticks.Select(tick => tick.X).Order(), ticks.Select(tick => tick.X));
        Assert.All(ticks, tick => Assert.InRange(tick.X, 0, 1));
    }

    [Fact]
    public void Line_Gaps_BreakTheCurve()
    {
        var values = Values(PageRange.Hour);
        (values[10], values[11], values[20]) = (100, 200, 50);

        var figure = Figure(new Chart(Frame(PageRange.Hour), "Rate").Line(values, PageText.Rate));

        var curve = figure.Descendants("path").Single(path => path.Attribute("class")!.Value == "curve").Attribute("d")!.Value;
        Assert.Equal(2, curve.Count(letter => letter == 'M'));
        Assert.StartsWith("M166.7 ", curve);
        Assert.Equal("Rate, 1h: 50.0 H/s to 200.0 H/s, at last 50.0 H/s", figure.Elements("svg").First().Attribute("aria-label")!.Value);
        Assert.Equal(60, figure.Descendants("g").Count(group => group.Attribute("class")!.Value == "hit"));
        Assert.Contains(figure.Descendants("text"), text => text.Value.EndsWith(": unknown", StringComparison.Ordinal));
    }

    [Fact]
    public void Line_OfNothing_SaysSo()
    {
        var figure = Figure(new Chart(Frame(PageRange.Month), "Rate").Line(Values(PageRange.Month), PageText.Rate));

        Assert.Contains("nothing was observed", figure.ToString());
    }

    [Fact]
    public void Line_AnyValues_IsWellFormedAndInsideItsPlot() => Gen.Double[0, 1e12].Nullable(0.3).Array[60].Sample(values =>
    {
        var figure = Figure(new Chart(Frame(PageRange.Hour), "Rate").Line(values, PageText.Rate));
        var numbers = figure.Descendants("path").SelectMany(path => path.Attribute("d")!.Value.Split('M', 'L', 'Z', ' '))
            .Where(number => number.Length > 0).Select(number => double.Parse(number, CultureInfo.InvariantCulture));
        Assert.All(numbers, number => Assert.InRange(number, 0, 1000));
    }, iter: 200);

    [Fact]
    public void Bars_Counts_StandOnEachOther()
    {
        var counts = new (long, long)?[60];
        counts[5] = (3, 1);

        var figure = Figure(new Chart(Frame(PageRange.Hour), "Shares").Bars(counts, "accepted", "not accepted"));

        var bars = figure.Descendants("rect").Where(rect => rect.Attribute("class") is not null).ToArray();
        Assert.Equal(["bar-good", "bar-bad"], bars.Select(bar => bar.Attribute("class")!.Value));
        Assert.Equal(Number(bars[0], "y"), Number(bars[1], "y") + Number(bars[1], "height"), 0.02);
        Assert.Contains(figure.Descendants("text"), text => text.Value.EndsWith("3 accepted, 1 not accepted", StringComparison.Ordinal));

        static double Number(XElement bar, string name) => double.Parse(bar.Attribute(name)!.Value.TrimEnd('%'), CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(0, "0.0 H/s")]
    [InlineData(999.94, "999.9 H/s")]
    [InlineData(12_345, "12.35 kH/s")]
    [InlineData(2.5e6, "2.50 MH/s")]
    public void Rate_AnySize_HasItsUnit(double rate, string text) => Assert.Equal(text, PageText.Rate(rate));

    [Theory]
    [InlineData(512, "512")]
    [InlineData(120_000, "120 k")]
    [InlineData(1_236_000, "1.24 M")]
    [InlineData(4.0e11, "400 G")]
    public void Large_AnySize_HasItsPrefix(double number, string text) => Assert.Equal(text, PageText.Large(number));

    private static TimeFrame Frame(PageRange range) => new(range, Now, TimeZoneInfo.Utc);

    private static double?[] Values(PageRange range) => new double?[range.Points];

    private static XElement Figure(Html html) => XElement.Parse(html.ToString());

    private static HistorySample Sample(DateTimeOffset start, double rate)
        => new() { UnixSeconds = start.ToUnixTimeSeconds(), ObservedSeconds = 60, Rate = new(rate), Hashes = 1, Shares = default };
}
