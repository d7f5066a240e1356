using System.Diagnostics;
using System.Text.RegularExpressions;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// A cluster that is attacked from outside and by a member mines on: nobody is lost, nobody else rules, every node finds shares, memory stays level.
/// Only with SOAK_MINUTES in the environment, see make soak.
/// </summary>
[Collection(nameof(VirtualNetwork))]
public sealed class AttackSoakTests(ITestOutputHelper output)
{
    private const int Nodes = 4;
    private const int OutsidersHost = Nodes;
    private const int MembersHost = Nodes + 1;
    private const string Token = "an-owl-in-the-barn-counts-mice";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>From here on memory is to be level: code is compiled, caches and pools of buffers are as large as they get.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(2);

    /// <summary>Of a node of some 450 MB. A leak of 1 KB for each of the 300,000 things that are sent in ten minutes besides the flood would be 290.</summary>
    private const double MostGrowthMegabytes = 64;

    /// <summary>Lines of a node other than those of its shares and of the jobs of its pool. Some 80 are usual.</summary>
    private const int MostLinesPerMinute = 240;

    [Fact(Skip = "a long test: SOAK_MINUTES is not set", SkipType = typeof(SuspendSoakTests), SkipUnless = nameof(SuspendSoakTests.IsAskedFor))]
    public async Task OutsiderAndMemberAttack_EveryNodeMinesOnInOneCluster()
    {
        BridgedHosts? network = null;
        await using var hosts = await ClusterTests.StartAsync(CreateAsync, Nodes, output, "--http-bind", "0.0.0.0");
        int[] all = [.. Enumerable.Range(0, Nodes)];
        string[] ids = [.. all.Select(hosts.NodeId)];
        var state = new ClusterState(0, 0, ids.ToDictionary(id => id, _ => new NodeState("", 0, false, false)));
        state = await MinedOnAsync(hosts, ids, state);
        var master = Array.FindIndex(ids, id => id.StartsWith(ClusterTests.MasterSeenBy(hosts, 0), StringComparison.Ordinal));
        int[] linesBefore = [.. all.Select(host => hosts[host].Lines.Count)];

        using var end = new CancellationTokenSource();
        var outsider = new Outsider(network!, OutsidersHost, all, master);
        await using var member = await HostileMember.ConnectAsync(network!, MembersHost, gateway: (master + 1) % Nodes, hosts.Folder(0));
        var attacks = Task.WhenAll(outsider.AttackAsync(end.Token), member.CallAsync([ids[master], .. ids], end.Token));
        var memory = new List<double[]>();
        var begun = Stopwatch.GetTimestamp();
        try
        {
            var intervals = Math.Max(2, (int)Math.Ceiling(SoakTests.Length / Interval));
            for (var i = 1; i <= intervals; i++)
            {
                await Task.Delay(Interval);
                state = await MinedOnAsync(hosts, ids, state);
                foreach (var host in all)
                {
                    Assert.StartsWith("HTTP/1.1 200 ", await outsider.AskWithTokenAsync(host, Token));
                }

                memory.Add([.. all.Select(host => hosts[host].ResidentMegabytes)]);
                output.WriteLine($"{Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s: {string.Join(", ", ids.Select(id => state.Nodes[id].Accepted))} accepted; "
                    + $"{string.Join(", ", memory[^1].Select(megabytes => $"{megabytes:F0}"))} MB; {outsider.Datagrams} datagrams, {outsider.Opened} half handshakes, "
                    + $"{outsider.MostHeld} at once, {outsider.Requests} requests; calls: {string.Join(", ", member.Answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} {answer.Key}"))}");
                Assert.False(attacks.IsCompleted, "an attack ended before its time");
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAny(attacks);
        }

        await attacks;
        var minutes = Stopwatch.GetElapsedTime(begun).TotalMinutes;
        string[][] lines = [.. all.Select(host => hosts[host].Lines.Skip(linesBefore[host]).ToArray())];
        Assert.DoesNotContain(lines.SelectMany(said => said), line => Regex.IsMatch(line, $"{ClusterTests.Death}|is master \\(term"));
        Assert.All(lines, said =>
        {
            var others = said.Where(line => !Regex.IsMatch(line, "accepted|new job")).ToArray();
            Assert.True(others.Length <= MostLinesPerMinute * minutes, $"{others.Length} lines:\n{string.Join('\n', others)}");
        });
        var level = memory[Math.Min((int)(WarmUp / Interval), memory.Count) - 1];
        Assert.All(memory[^1].Zip(level), pair => Assert.True(pair.First - pair.Second <= MostGrowthMegabytes, $"from {pair.Second:F0} to {pair.First:F0} MB"));
        await ClusterTests.AssertLedgersAsync(hosts);

        async Task<Hosts> CreateAsync()
        {
            network = await BridgedHosts.CreateAsync(Nodes + 2);
            var created = await Hosts.CreateAsync(network, Nodes);
            created.Environment["P2P_WEB__TOKEN"] = Token;
            return created;
        }
    }

    /// <summary>Within the interval that has passed or, where the machine has other things to do, after it.</summary>
    private static async Task<ClusterState> MinedOnAsync(Hosts hosts, string[] ids, ClusterState before)
    {
        ClusterState? now = null;
        await hosts.UntilAsync(
            0, state => ids.All(id => state.Nodes.TryGetValue(id, out var node)
                && node is { State: "mining", Quarantined: false, Gone: false } && node.Accepted > before.Nodes[id].Accepted)
                && (now = state) is not null,
            $"another share of every node after {string.Join(", ", ids.Select(id => before.Nodes[id].Accepted))}");
        return now!;
    }
}
