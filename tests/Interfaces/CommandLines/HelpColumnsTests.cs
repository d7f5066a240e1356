using P2PMiner.CommandLines;

namespace P2PMiner.Interfaces.Tests.CommandLines;

public sealed class HelpColumnsTests
{
    [Theory]
    [InlineData(null, 110)]
    [InlineData(20, 80)]
    [InlineData(100, 100)]
    [InlineData(400, 130)]
    public void WidthFor_AScreen_IsWithinLimits(int? screen, int expected) => Assert.Equal(expected, HelpColumns.WidthFor(screen));

    [Fact]
    public void Terms_LongAndShort_AreInTwoColumnsWithAGap()
        => Assert.Equal(
        [
            "  -t, --threads N                       how many",
            "                                        threads",
            "  --an-option-that-is-longer-than-the-column N",
            "                                        what it",
            "                                        means",
            "  --bare",
        ],
        HelpColumns.Terms(
            [("-t, --threads N", "how many threads"), ("--an-option-that-is-longer-than-the-column N", "what it means"), ("--bare", "")], 50)
            .Select(line => line.Term + line.Text));
}
