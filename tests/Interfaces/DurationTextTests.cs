namespace P2PMiner.Interfaces.Tests;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("-00:00:05", "0 s")]
    [InlineData("00:00:00.9", "0 s")]
    [InlineData("00:00:45.9", "45 s")]
    [InlineData("00:01:00", "1 min")]
    [InlineData("00:03:59", "3 min")]
    [InlineData("01:00:00", "1 h 00 min")]
    [InlineData("02:05:00", "2 h 05 min")]
    [InlineData("23:59:59", "23 h 59 min")]
    [InlineData("1.00:00:00", "1 d 0 h")]
    [InlineData("4.03:59:00", "4 d 3 h")]
    [InlineData("400.00:00:00", "400 d 0 h")]
    public void Of_ATime_IsShort(string time, string expected)
        => Assert.Equal(expected, DurationText.Of(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));
}
