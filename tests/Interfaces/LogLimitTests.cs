using Microsoft.Extensions.Time.Testing;

namespace P2PMiner.Interfaces.Tests;

public sealed class LogLimitTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Allows_MoreThanThePeriodHas_AreLeftOutAndCountedInTheNext()
    {
        var limit = new LogLimit(_clock, 2, TimeSpan.FromMinutes(1));

        Assert.Equal(["", "", null, null, null], Enumerable.Range(0, 5).Select(_ => Ask(limit)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([" (3 more before this were left out)", "", null], Enumerable.Range(0, 3).Select(_ => Ask(limit)));
    }

    [Fact]
    public void Allows_PeriodBeginsWithItsFirstLine()
    {
        var limit = new LogLimit(_clock, 1, TimeSpan.FromMinutes(1));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("", Ask(limit));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(Ask(limit));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(" (1 more before this were left out)", Ask(limit));
    }

    private static string? Ask(LogLimit limit) => limit.Allows(out var leftOut) ? leftOut : null;
}
