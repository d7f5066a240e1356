namespace P2PMiner.Interfaces.Tests;

public sealed class CallFailureTests
{
    [Fact]
    public void Brief_NoAnswer_SaysSoWithoutOrleansWords()
    {
        Assert.Equal("no answer in time", CallFailure.Brief(new TimeoutException("Response did not arrive on time in 00:00:30 for message: Request")));
        Assert.Equal("its silo cannot be reached", CallFailure.Brief(new SiloUnavailableException("S127.0.0.1:9999:1")));
    }

    [Fact]
    public void Brief_AnyOther_IsTheFirstLineAlone_CleanAndBounded()
    {
        var brief = CallFailure.Brief(new InvalidOperationException($"no \u001b[31mred\n   at Some.Method()"));

        Assert.StartsWith("no ", brief, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', brief);
        Assert.DoesNotContain("Some.Method", brief, StringComparison.Ordinal);
        Assert.True(CallFailure.Brief(new InvalidOperationException(new string('x', 100_000))).Length <= OutsideText.LongMaxChars + 1);
    }
}
