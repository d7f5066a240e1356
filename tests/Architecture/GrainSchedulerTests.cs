using System.Text.RegularExpressions;

namespace P2PMiner.Architecture.Tests;

/// <summary>
/// Grains and the plain classes that they run have no locks: one turn follows the other on the scheduler of the activation. What goes on
/// elsewhere after an await would change that state beside them, now and then.
/// </summary>
public sealed partial class GrainSchedulerTests
{
    [Fact]
    public void Grains_AfterAnAwait_GoOnWhereTheyBegan()
    {
        var leaving = SourceTree.Read().Files
            .Where(file => $"{file.Room}/".StartsWith("grains/", StringComparison.Ordinal) && Leaving().IsMatch(file.Code));

        Assert.Empty(leaving.Select(file => file.Path));
    }

    [Theory]
    [InlineData("await task.ConfigureAwait(false);", true)]
    [InlineData("await task.ConfigureAwait(continueOnCapturedContext: false);", true)]
    [InlineData("await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);", true)]
    [InlineData("await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);", false)]
    [InlineData("await task.ConfigureAwait(true);", false)]
    [InlineData("await task;", false)]
    public void Leaving_Await_IsFoundWhereItLosesTheScheduler(string code, bool isFound) => Assert.Equal(isFound, Leaving().IsMatch(code));

    [GeneratedRegex(@"\.ConfigureAwait\((?![^)]*\b(?:true|ContinueOnCapturedContext)\b)")]
    private static partial Regex Leaving();
}
