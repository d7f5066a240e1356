namespace P2PMiner.EndToEnd.Tests;

/// <summary>
/// The program on a machine with two NUMA nodes of one CPU each, which hwloc makes of the first two CPUs here; all memory is near to both
/// in truth.
/// </summary>
public sealed class NumaTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Dictionary<string, string> TwoNodes = new() { ["HWLOC_SYNTHETIC"] = "node:2 core:1 pu:1", ["HWLOC_THISSYSTEM"] = "1" };

    [Fact]
    public async Task Practice_TwoNodes_ADatasetAndAThreadOnEach()
    {
        await using var miner = MinerProcess.StartNode(TwoNodes, "--practice", "--randomx-mode", "light");

        await miner.WaitForLineAsync("NUMA +2 nodes", Patience);
        await miner.WaitForLineAsync("READY threads 2/2 .+ NUMA nodes 2, dataset on each$", Patience);
        await miner.WaitForLineAsync(@"accepted \(1/0\)", Patience);
        Assert.Equal(["0", "1"], miner.CpusOfThreads("hash-0", "hash-1"));
        miner.Interrupt();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        Assert.Equal(0, miner.CountLines("the system refuses"));
    }

    [Fact]
    public async Task Practice_NoNuma_TakesNoNoticeOfThem()
    {
        await using var miner = MinerProcess.StartNode(TwoNodes, "--practice", "--randomx-mode", "light", "--no-numa");

        var ready = await miner.WaitForLineAsync("READY threads 2/2 .+", Patience);
        Assert.DoesNotContain("NUMA", ready.Value);
        Assert.Single(miner.CpusOfThreads("hash-0", "hash-1").Distinct());
        miner.Interrupt();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
    }
}
