using System.Text.Json;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>The program as a service manager starts it: without a terminal, with NOTIFY_SOCKET.</summary>
public sealed class ServiceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Start_UnderAServiceManager_SaysWhenItIsReadyReloadsAndEnds()
    {
        using var manager = new FakeServiceManager(isAbstract: false);
        await using var miner = MinerProcess.StartService(manager.Address, folder: null, "--practice", "--algo", "gr", "--threads", "1");
        await manager.IsToldAsync(Patience, "READY=1");
        await miner.FindLineAsync("READY threads", Patience);

        miner.HangUp();
        await miner.FindLineAsync("the pools stay as they are: they name no pool", Patience);
        await manager.IsToldAsync(Patience, "READY=1", "RELOADING=1", "READY=1");

        miner.Terminate();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        await manager.IsToldAsync(Patience, "READY=1", "RELOADING=1", "READY=1", "STOPPING=1");
    }

    [Fact]
    public async Task Start_WithoutAPool_IsReadyAndSaysWhatItWaitsFor()
    {
        using var manager = new FakeServiceManager(isAbstract: true);
        await using var miner = MinerProcess.StartService(manager.Address, folder: null, "--threads", "1");
        await manager.IsToldAsync(Patience, "READY=1");
        Assert.Contains("STATUS=waiting for a pool: none is configured, master", manager.Told);
    }

    [Fact]
    public async Task Reload_OfAWorkersFile_ChangesThePoolsOfTheCluster()
    {
        using var manager = new FakeServiceManager(isAbstract: true);
        var folder = Directory.CreateTempSubdirectory("p2p-service-");
        var settings = Path.Combine(folder.FullName, "settings.json");
        try
        {
            Write(settings, "stratum+tcp://127.0.0.1:1");
            await using var master = MinerProcess.StartNode("--mode", "master", "-o", "127.0.0.1:2", "-u", "wallet");
            await master.FindLineAsync("serving the membership table", Patience);
            File.Copy(Path.Combine(master.DataFolder, "cluster-key"), Path.Combine(folder.FullName, "cluster-key"));
            await using var worker = MinerProcess.StartService(
                manager.Address, folder.FullName, "--mode", "worker", "--connect", $"127.0.0.1:{master.TablePort + 2}", "--threads", "1", "--config", settings);
            await worker.FindLineAsync("working for the session", Patience);

            worker.HangUp();
            await worker.FindLineAsync(@"settings were read again; the cluster's pools are now stratum\+tcp://127\.0\.0\.1:1", Patience);
            await master.FindLineAsync(@"the pools of the cluster are: stratum\+tcp://127\.0\.0\.1:1$", Patience);

            File.WriteAllText(settings, "{ broken");
            worker.HangUp();
            await worker.FindLineAsync(@"the pools stay as they are: .* not JSON", Patience);

            Write(settings, "stratum+tcp://127.0.0.1:3", retries: 7);
            worker.HangUp();
            await worker.FindLineAsync("a restart is needed for them: Pool:Retries$", Patience);
            await master.FindLineAsync(@"the pools of the cluster are: stratum\+tcp://127\.0\.0\.1:3$", Patience);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task HangUp_WithoutAServiceManager_EndsTheMiner()
    {
        await using var miner = MinerProcess.StartNode(new Dictionary<string, string> { ["NOTIFY_SOCKET"] = "", ["INVOCATION_ID"] = "" });
        await miner.FindLineAsync("WEB ", Patience);
        miner.HangUp();
        Assert.Equal(128 + 1, await miner.WaitForExitAsync(Patience));
    }

    private static void Write(string path, string pool, int retries = 5) => File.WriteAllText(path, JsonSerializer.Serialize(new
    {
        Pool = new { Pools = new[] { new { Url = pool, User = "wallet" } }, Retries = retries },
    }));
}
