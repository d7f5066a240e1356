using System.Globalization;
using System.Text.RegularExpressions;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// One cluster of two versions: that of packaging/compat-base, whose p2p-miner COMPAT_BASE_MINER names, and this one. packaging/test/compat.sh
/// builds the one and runs this.
/// </summary>
[Collection(nameof(VirtualNetwork))]
[Trait("Lane", "Full")]
public sealed class RollingUpgradeTests(ITestOutputHelper output)
{
    private const string BaseVariable = "COMPAT_BASE_MINER";
    private const int Master = 0;
    private const int Auto = 1;
    private const int Worker = 2;

    private static readonly string[] Modes = ["master", "auto", "worker"];

    private static string? Base => Environment.GetEnvironmentVariable(BaseVariable);

    private static string BaseConsole => Path.Combine(Path.GetDirectoryName(Base)!, "p2p-console");

    [Fact]
    public async Task OneAfterTheOther_UpgradedAndOneBack_MineAsOneAllTheTime()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Base), $"needs {BaseVariable}=the p2p-miner of an older build: packaging/test/compat.sh");
        Assert.SkipWhen(VirtualNetwork.Missing is not null, $"{VirtualNetwork.Missing}");
        Assert.True(File.Exists(Base) && File.Exists(BaseConsole), $"{BaseVariable}: there is no p2p-miner or no p2p-console at {Base}");

        // No new block during the test, for which a share could be too late. Every login has an extra nonce of its own.
        var pool = new PracticePoolOptions
        {
            StartDifficulty = 15, MinDifficulty = 15, MaxDifficulty = 15, BlockInterval = TimeSpan.FromHours(1), ResumeTime = TimeSpan.Zero,
        };
        await using var hosts = await Hosts.CreateAsync(Modes.Length, pool);
        for (var host = 0; host < hosts.Count; host++)
        {
            hosts.Install(host, Base!);
            Start(hosts, host);
        }

        await UntilAllMineAsync(hosts, "three of the older version");
        await ChangeAsync(hosts, Worker, MinerProcess.Program, "the worker upgraded");
        await ChangeAsync(hosts, Auto, MinerProcess.Program, "the next master upgraded");
        await ChangeAsync(hosts, Master, MinerProcess.Program, "the master upgraded, so all are");
        await ChangeAsync(hosts, Worker, Base!, "the worker back at the older version");

        await ClusterTests.AssertLedgersAsync(hosts);
        var statistics = hosts.Pool.GetStatistics();
        Assert.Empty(statistics.Refused);
        Assert.DoesNotContain(hosts.Lines, line => Regex.IsMatch(line, @"\bWRN\b.*refused|rejected \(|outside its lease|quarantined|another version|is damaged"));
        AssertTableSurvived(hosts);
        output.WriteLine($"{statistics.Accepted} shares accepted, none refused");
    }

    private static void Start(Hosts hosts, int host) => hosts.Start(host, "--mode", Modes[host]);

    /// <summary>Stops that host's node and starts it again, as another version, with what is in its data folder.</summary>
    private async Task ChangeAsync(Hosts hosts, int host, string program, string what)
    {
        var id = hosts.NodeId(host);
        var before = Enumerable.Range(0, hosts.Count).Select(other => hosts.LinesOf(other).Count).ToArray();
        await hosts.StopAsync(host);
        hosts.Install(host, program);
        Start(hosts, host);
        await UntilAllMineAsync(hosts, what);

        Assert.Equal(id, hosts.NodeId(host));
        for (var other = 0; other < hosts.Count; other++)
        {
            var said = hosts.LinesOf(other).Skip(before[other]).ToArray();
            Assert.DoesNotContain(said, line => line.Contains("ebuilding", StringComparison.Ordinal));
            Assert.All(
                said.Where(line => Regex.IsMatch(line, ClusterTests.Death)),
                line => Assert.True(line.Contains(id[..8], StringComparison.Ordinal), $"{what}, node {id[..8]}; host {other} said:\n{string.Join('\n', said)}"));
        }
    }

    /// <summary>By the consoles of both versions, on each host: all mine for one master, and each has had a share accepted since.</summary>
    private async Task UntilAllMineAsync(Hosts hosts, string what)
    {
        var accepted = new Dictionary<string, long>();
        for (var host = 0; host < hosts.Count; host++)
        {
            foreach (var (console, version) in new[] { (null, "this version"), (BaseConsole, "the older version") })
            {
                await hosts.UntilAsync(host, AllMine, $"{what}: all mine, by the console of {version} on host {host}", console: console);
            }
        }

        await hosts.UntilAsync(
            Worker, state => AllMine(state) && state.Nodes.All(node => node.Value.Accepted > accepted.GetValueOrDefault(node.Key)), $"{what}: a share of each");
        Assert.Single(Enumerable.Range(0, hosts.Count).Select(host => ClusterTests.MasterSeenBy(hosts, host)).Distinct());
        output.WriteLine($"{what}: all mine in one cluster, {hosts.Pool.GetStatistics().Accepted} shares accepted so far");

        bool AllMine(ClusterState state)
        {
            if (state.Rejected > 0)
            {
                Assert.Fail($"{what}: a share was rejected; {state}");
            }

            var all = Enumerable.Range(0, hosts.Count).All(host =>
                state.Nodes.TryGetValue(hosts.NodeId(host), out var node) && node is { State: "mining", Gone: false, Quarantined: false });
            if (all && accepted.Count == 0)
            {
                foreach (var (node, seen) in state.Nodes)
                {
                    accepted[node] = seen.Accepted;
                }
            }

            return all && state.Nodes.Count == hosts.Count;
        }
    }

    /// <summary>Each master that followed took over a later version of the table, with the silos of the others in it.</summary>
    private static void AssertTableSurvived(Hosts hosts)
    {
        var served = Enumerable.Range(0, hosts.Count).SelectMany(hosts.LinesOf)
            .Select(line => Regex.Match(line, @"serving the membership table in term (\d+): version (\d+), (\d+|no) silos?"))
            .Where(match => match.Success)
            .Select(match => (Term: Number(match, 1), Version: Number(match, 2), Silos: match.Groups[3].Value == "no" ? 0 : Number(match, 3)))
            .OrderBy(table => table.Term).ToList();
        Assert.True(served.Count >= 2, "the master was upgraded, so another has served the table since");
        Assert.All(served.Zip(served.Skip(1)), pair => Assert.True(pair.First.Version < pair.Second.Version, $"{pair.First}, then {pair.Second}"));
        Assert.All(served.Skip(1), table => Assert.True(table.Silos >= 2, $"{table}"));

        static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }
}
