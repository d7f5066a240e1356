using CsCheck;
using P2PMiner.Silo.Api;

namespace P2PMiner.Silo.Tests.Api;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Text_TwoFamilies_IsAsItsDescriptionSays()
    {
        var text = new PrometheusText();
        text.Gauge("one_ratio", "A \\ and\na line.").Sample(0.5).Sample(null, ("x", "left out"));
        text.Counter("two_total", "Two.").Sample(3, ("node", "a\"b\\c\nd"), ("state", ""));

        Assert.Equal(
            """
            # HELP one_ratio A \\ and\na line.
            # TYPE one_ratio gauge
            one_ratio 0.5
            # HELP two_total Two.
            # TYPE two_total counter
            two_total{node="a\"b\\c\nd",state=""} 3

            """, text.ToString());
    }

    [Fact]
    public void Sample_AnyTextAndNumber_IsReadBack() => Gen.Select(Gen.String, Gen.String, Gen.Double).Sample((first, second, value) =>
    {
        var text = new PrometheusText();
        text.Gauge("name", "Help.").Sample(value, ("a", first), ("b", second));

        var sample = Assert.Single(PrometheusSamples.Parse(text.ToString()));

        Assert.Equal(($"name a={first} b={second}", value), (sample.Key, sample.Value));
    });

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e300, "1E+300")]
    [InlineData(12345678901, "12345678901")]
    public void Sample_SpecialNumbers_HaveTheirNames(double value, string written)
    {
        var text = new PrometheusText();
        text.Gauge("name", "Help.").Sample(value);

        Assert.EndsWith($"\nname {written}\n", text.ToString());
    }
}
