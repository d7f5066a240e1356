using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>Real blocks on a real chain: the program mines for a real Monero daemon, which alone says what counts.</summary>
public sealed class SoloMiningTests
{
    private const ulong Difficulty = 60;
    private const ulong Blocks = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mine_OnMonerod_TheChainGrowsByOurBlocks(bool withZmq)
    {
        await using var daemon = await MoneroDaemon.StartAsync(Difficulty);
        var before = await daemon.GetHeightAsync();
        await using var miner = MinerProcess.StartNode(
            ["--randomx-mode", "light", .. withZmq ? ["--config", ZmqConfig(daemon)] : new[] { "-o", daemon.Url, "-u", MoneroDaemon.WalletAddress }]);

        for (var block = 1UL; block <= Blocks; block++)
        {
            await miner.WaitForLineAsync($@"accepted \({block}/", Patience);
        }

        miner.Interrupt();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        var accepted = (ulong)miner.CountLines(@"accepted \(");
        Assert.Equal(before + accepted, await daemon.GetHeightAsync());
        Assert.Equal(0, miner.CountLines("wrong hash|outside its lease"));
        Assert.DoesNotContain(miner.Lines, line => line.Contains(MoneroDaemon.WalletAddress, StringComparison.Ordinal));
    }

    private static string ZmqConfig(MoneroDaemon daemon)
    {
        var path = Path.Combine(Path.GetTempPath(), $"zmq-{daemon.RpcPort}.json");
        File.WriteAllText(path, $$"""{ "Pool": { "Pools": [{ "Url": "{{daemon.Url}}", "User": "{{MoneroDaemon.WalletAddress}}", "Zmq": "{{daemon.Zmq}}" }] } }""");
        return path;
    }
}
