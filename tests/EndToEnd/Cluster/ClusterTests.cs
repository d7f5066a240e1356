using System.Diagnostics;
using System.Text.RegularExpressions;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// Several hosts, real processes and real signals. Times are printed, not asserted: the machine is shared. What is asserted comes within the patience of
/// <see cref="Hosts.UntilAsync"/>, or it does not come.
/// </summary>
[Collection(nameof(VirtualNetwork))]
public sealed class ClusterTests(ITestOutputHelper output)
{
    /// <summary>What a node says when it takes another, or is taken itself, for dead.</summary>
    public const string Death = "rebuilding|has left the cluster|is silent";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);

    /// <summary>Of each node, while the network is cut: with jobs, leases and a table of its own on each side.</summary>
    private const long SharesApart = 10;

    [Fact]
    public async Task FourHosts_NothingButTheKey_MineAsOne()
    {
        await using var hosts = await StartAsync(4, output);

        for (var host = 0; host < 4; host++)
        {
            var links = await hosts.Network.LinksAsync(host);
            Assert.Equal(["eth0", "lo"], Regex.Matches(links, @"^\d+: (\w+)", RegexOptions.Multiline).Select(link => link.Groups[1].Value).Order());
        }

        var master = MasterSeenBy(hosts, 0);
        Assert.All(Enumerable.Range(1, 3), host => Assert.Equal(master, MasterSeenBy(hosts, host)));
        await hosts.UntilAsync(0, state => state.Nodes.Values.All(node => node.Accepted > 0), "an accepted share from every node");
        await AssertLedgersAsync(hosts);
    }

    [Fact]
    public async Task MasterIsKilled_SurvivorsGoOnUnderAnother()
    {
        await using var hosts = await StartAsync(4, output);
        await hosts.UntilAsync(0, state => state.Accepted > 0, "an accepted share");
        var master = HostOfMaster(hosts);
        var (lost, survivors) = (hosts.NodeId(master), Others(hosts, master));
        var begun = Stopwatch.GetTimestamp();

        await hosts.KillAsync(master);

        await Task.WhenAll(survivors.Select(host => hosts[host].WaitForLineAsync("working for the session of node (?!" + lost[..8] + ")", Patience)));
        output.WriteLine($"kill -9 of the master to the new session at all survivors: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        var all = survivors.Select(hosts.NodeId).ToArray();
        await hosts.UntilAsync(
            survivors[0], state => all.All(node => state.Nodes.TryGetValue(node, out var seen) && seen.Accepted > 0), "a share from every survivor");
        output.WriteLine($"to an accepted share from each: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        Assert.All(survivors, host => Assert.Equal(0, hosts[host].CountLines("silo's host|ebuil")));
        await AssertLedgersAsync(hosts);
    }

    [Fact]
    public async Task MasterStandsStill_ComesBackToOneCluster()
    {
        await using var hosts = await StartAsync(4, output);
        var master = HostOfMaster(hosts);

        var begun = await StandStillAsync(hosts, master);
        await hosts.UntilAsync(master, state => state.Mining == 4 && state.Nodes.Values.All(node => !node.Gone), "all nodes mining");
        output.WriteLine($"SIGCONT of the old master to one cluster with all nodes mining: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        await UntilOneClusterAsync(hosts);
        await AssertLedgersAsync(hosts);
    }

    [Fact]
    public async Task PausedMasterStandsStill_RestsInOneClusterUntilResumed()
    {
        await using var hosts = await StartAsync(4, output);
        var master = HostOfMaster(hosts);
        await hosts.TryCommandAsync(master, "pause", hosts.NodeId(master));

        var begun = await StandStillAsync(hosts, master);
        await hosts.UntilAsync(
            master, state => state.Mining == 3 && state.Nodes.Values.All(node => !node.Gone)
                && state.Nodes.GetValueOrDefault(hosts.NodeId(master))?.State == "paused",
            "one cluster in which the old master rests, as it was told to");

        // The mastership may move once more meanwhile, and the console then finds no such node for a moment.
        while ((await hosts.LookAsync(master))?.Nodes.GetValueOrDefault(hosts.NodeId(master))?.State != "mining" && Stopwatch.GetElapsedTime(begun) < Patience)
        {
            await hosts.TryCommandAsync(master, "resume", hosts.NodeId(master));
        }

        await UntilOneClusterAsync(hosts);
        await AssertLedgersAsync(hosts);
    }

    [Fact]
    public async Task Partition_BothSidesMine_AndBecomeOneAgain()
    {
        await using var hosts = await StartAsync(4, output);
        hosts.Network.Partition(0, 0, 1, 1);
        await Task.WhenAll(SideMinesAsync(0, 1), SideMinesAsync(2, 3));

        hosts.Network.Heal();
        var begun = Stopwatch.GetTimestamp();
        await UntilOneClusterAsync(hosts);
        output.WriteLine($"healed partition to one cluster with all nodes mining: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        await AssertLedgersAsync(hosts);

        async Task SideMinesAsync(int one, int other)
        {
            string[] nodes = [hosts.NodeId(one), hosts.NodeId(other)];
            Dictionary<string, long>? before = null;
            await hosts.UntilAsync(one, HaveMined, "a side that takes the other for dead and mines alone");

            bool HaveMined(ClusterState state)
            {
                if (!nodes.All(node => state.Nodes.TryGetValue(node, out var seen) && seen is { State: "mining", Gone: false })
                    || !state.Nodes.Where(node => !nodes.Contains(node.Key)).All(node => node.Value.Gone))
                {
                    return false;
                }

                before ??= nodes.ToDictionary(node => node, node => state.Nodes[node].Accepted);
                return nodes.All(node => state.Nodes[node].Accepted >= before[node] + SharesApart);
            }
        }
    }

    [Fact]
    public async Task WorkerWithoutUdp_JoinsByConnect_AndStaysWhenTheNamedMasterIsKilled()
    {
        if (VirtualNetwork.Missing is { } missing)
        {
            Assert.Skip(missing);
        }

        const int Worker = 2;
        await using var hosts = await Hosts.CreateAsync(3);
        hosts.Network.DropUdp(Worker, 10000);
        hosts.Start(0);
        hosts.Start(1);
        await hosts.UntilAsync(0, state => state.Mining == 2, "two nodes that mine", 2 * Patience);
        var named = MasterSeenBy(hosts, 0) == hosts.NodeId(0)[..8] ? 0 : 1;
        var next = 1 - named;

        hosts.Start(Worker, "--mode", "worker", "--connect", $"{VirtualNetwork.Address(named)}:9999");
        var joined = await hosts.UntilAsync(
            Worker, state => state.Mining == 3 && state.Nodes.TryGetValue(hosts.NodeId(Worker), out var node) && node.Accepted > 0, "a share of the worker",
            2 * Patience);
        output.WriteLine($"start of the worker to its first accepted share: {joined.TotalSeconds:F1} s");
        Assert.Empty(await hosts.Network.UdpSocketsAsync(Worker));
        Assert.NotEmpty(await hosts.Network.UdpSocketsAsync(next));

        var begun = Stopwatch.GetTimestamp();
        await hosts.KillAsync(named);
        await hosts[Worker].WaitForLineAsync($"working for the session of node {hosts.NodeId(next)[..8]}", Patience);
        output.WriteLine($"kill -9 of the named master to the new session at the worker: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        string[] left = [hosts.NodeId(next), hosts.NodeId(Worker)];
        await hosts.UntilAsync(
            Worker, state => left.All(node => state.Nodes.TryGetValue(node, out var seen) && seen is { Gone: false, Accepted: > 0 }),
            "a share of each that is left");
        output.WriteLine($"to an accepted share from each: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");

        var lines = hosts[Worker].Lines;
        Assert.True(!lines.Any(line => Regex.IsMatch(line, "silo's host|ebuil")), string.Join('\n', lines));

        hosts.Start(named);
        await UntilOneClusterAsync(hosts);
        await AssertLedgersAsync(hosts);
    }

    [Fact]
    public async Task LossAndDelay_NobodyDies()
    {
        await using var hosts = await StartAsync(4, output);
        (hosts.Network.Loss, hosts.Network.Delay) = (0.2, TimeSpan.FromMilliseconds(50));
        await Task.Delay(TimeSpan.FromSeconds(60));
        (hosts.Network.Loss, hosts.Network.Delay) = (0, TimeSpan.Zero);

        var deaths = string.Join('\n', Enumerable.Range(0, 4).SelectMany(host => hosts[host].Lines).Where(line => Regex.IsMatch(line, Death)));
        Assert.True(deaths.Length == 0, deaths);
        await UntilOneClusterAsync(hosts);
        var before = (await hosts.LookAsync(0))!.Accepted;
        Assert.True(before > 0);
        await AssertLedgersAsync(hosts);
    }

    internal static Task<Hosts> StartAsync(int count, ITestOutputHelper output, params string[] options)
        => StartAsync(() => Hosts.CreateAsync(count), count, output, options);

    /// <param name="count">How many of the hosts to start, from the first on.</param>
    internal static async Task<Hosts> StartAsync(Func<Task<Hosts>> create, int count, ITestOutputHelper output, params string[] options)
    {
        if (VirtualNetwork.Missing is { } missing)
        {
            Assert.Skip(missing);
        }

        var hosts = await create();
        try
        {
            for (var host = 0; host < count; host++)
            {
                hosts.Start(host, options);
            }

            var begun = Stopwatch.GetTimestamp();
            await UntilOneSessionAsync(hosts, count);
            output.WriteLine($"last start to {count} nodes mining in one cluster: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
            await hosts.UntilAsync(0, state => state.Mining == count, $"{count} nodes that mine");
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the master for 20 seconds.</summary>
    /// <returns>When it went on; all work for one session now.</returns>
    private async Task<long> StandStillAsync(Hosts hosts, int master)
    {
        hosts[master].Freeze();
        await Task.Delay(TimeSpan.FromSeconds(20));
        Assert.All(Others(hosts, master), host => Assert.NotEqual(hosts.NodeId(master)[..8], MasterSeenBy(hosts, host)));
        hosts[master].Thaw();

        var begun = Stopwatch.GetTimestamp();
        await UntilOneSessionAsync(hosts, hosts.Count);
        output.WriteLine($"SIGCONT of the old master to one session for all nodes: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        return begun;
    }

    private static Task UntilOneSessionAsync(Hosts hosts, int count)
        => hosts.UntilAsync(() => MineForOneSession(hosts, count), $"{count} nodes ready and at work for one session", StartPatience);

    /// <summary>All have got ready, and work for the same session.</summary>
    private static bool MineForOneSession(Hosts hosts, int count)
    {
        var sessions = Enumerable.Range(0, count).Select(host => hosts[host].Lines)
            .Select(lines => lines.Any(line => line.Contains("READY threads", StringComparison.Ordinal))
            ? lines.Select(line => Regex.Match(line, @"working for the session of node (\w+)")).LastOrDefault(match => match.Success)?.Groups[1].Value : null);
        return sessions.Distinct().ToArray() is [not null];
    }

    /// <summary>One master for all, and all at work for it.</summary>
    private static async Task UntilOneClusterAsync(Hosts hosts)
    {
        for (var host = 0; host < hosts.Count; host++)
        {
            await hosts.UntilAsync(
                host, state => state.Mining == hosts.Count && state.Nodes.Values.All(node => !node.Gone), "one cluster with all nodes mining");
        }

        Assert.Single(Enumerable.Range(0, hosts.Count).Select(host => MasterSeenBy(hosts, host)).Distinct());
    }

    internal static async Task AssertLedgersAsync(Hosts hosts)
    {
        // A line may be half written while its node runs.
        for (var host = 0; host < hosts.Count; host++)
        {
            await hosts.StopAsync(host);
        }

        Assert.Null(LedgerFiles.FindOverlap(hosts.Ledgers));
    }

    private static int[] Others(Hosts hosts, int host) => [.. Enumerable.Range(0, hosts.Count).Where(other => other != host)];

    private static int HostOfMaster(Hosts hosts)
    {
        var master = MasterSeenBy(hosts, 0);
        return Enumerable.Range(0, hosts.Count).Single(host => hosts.NodeId(host).StartsWith(master, StringComparison.Ordinal));
    }

    /// <summary>First digits of the master's id, by the node's own last word on it.</summary>
    internal static string MasterSeenBy(Hosts hosts, int host)
    {
        var word = hosts[host].Lines.Select(line => Regex.Match(line, @"(this node|node (\w+) at [\d.]+) is master \(term")).Last(match => match.Success);
        return word.Groups[2] is { Success: true } other ? other.Value : hosts.NodeId(host)[..8];
    }
}
