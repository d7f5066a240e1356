namespace P2PMiner.EndToEnd.Tests;

public sealed class ReadOnlyRootTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Start_RootAndTmpAreReadOnly_Mines()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can make a file system read-only");
        var folder = Directory.CreateTempSubdirectory("p2p-miner-root-");
        try
        {
            await using var miner = MinerProcess.StartOnReadOnlyRoot(folder.FullName, "--practice", "--algo", "gr", "--threads", "1");
            await miner.WaitForLineAsync("new job from", Patience);
            miner.Interrupt();
            Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        }
        finally
        {
            folder.Delete();
        }
    }
}
