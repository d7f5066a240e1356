namespace P2PMiner.EndToEnd.Tests;

public sealed class MinerProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task WaitForLine_ProgramEndsWithoutIt_FailsAtOnceWithWhatItSaidLast()
    {
        await using var miner = MinerProcess.StartNode("--no-such-option");

        var end = await Assert.ThrowsAsync<EndOfStreamException>(() => miner.WaitForLineAsync("a line that never comes", Patience));

        Assert.Contains("exit code 64", end.Message);
        Assert.Contains("--no-such-option", end.Message);
    }

    [Fact]
    public async Task FindLine_ProgramEndsWithoutIt_FailsAtOnceWithWhatItSaidLast()
    {
        await using var miner = MinerProcess.StartNode("--no-such-option");

        var end = await Assert.ThrowsAsync<EndOfStreamException>(() => miner.FindLineAsync("a line that never comes", Patience));

        Assert.Contains("--no-such-option", end.Message);
        Assert.NotNull(await miner.FindLineAsync("--no-such-option", Patience));
    }
}
