using System.Globalization;
using System.Text.Json.Nodes;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>A real Prometheus reads two nodes, with their token, while the master changes.</summary>
[Collection(nameof(VirtualNetwork))]
public sealed class PrometheusTests(ITestOutputHelper output)
{
    private const string Token = "an-owl-in-the-barn";

    /// <summary>Nodes are on the first two hosts, Prometheus on the third.</summary>
    private const int Reader = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task TwoNodes_TheMasterIsKilledAndComesBack_NoSeriesIsDoubledAndNoCounterFalls()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prometheus"), "prometheus is not installed");
        await using var hosts = await ClusterTests.StartAsync(CreateAsync, 2, output, "--http-bind", "0.0.0.0");
        var master = hosts.NodeId(0).StartsWith(ClusterTests.MasterSeenBy(hosts, 0), StringComparison.Ordinal) ? 0 : 1;
        var folder = Directory.CreateTempSubdirectory("p2p-prometheus-").FullName;
        try
        {
            var config = Path.Combine(folder, "prometheus.yml");
            await File.WriteAllTextAsync(config, $$"""
                global: { scrape_interval: 1s }
                scrape_configs:
                  - job_name: p2p-miner
                    authorization: { credentials: {{Token}} }
                    static_configs:
                      - targets: ["{{VirtualNetwork.Address(0)}}:8080", "{{VirtualNetwork.Address(1)}}:8080"]
                """);
            await using var prometheus = MinerProcess.StartScript(
                "ip", [], "netns", "exec", hosts.Network.Namespace(Reader), "prometheus", "--config.file", config, "--storage.tsdb.path", Path.Combine(folder, "data"),
                "--web.listen-address", "127.0.0.1:9090");

            await UntilAsync("sum(p2pminer_is_master)", 1, "one master");
            await UntilAsync("count(p2pminer_pool_up == 1)", 1, "the pool, told by one node");
            await UntilAsync("count(p2pminer_shares_total{outcome='accepted'} > 0)", 2, "shares of both nodes");
            await UntilAsync("count(p2pminer_master_term)", 1, "one term");
            await UntilAsync("sum(p2pminer_nodes{state='mining'})", 2, "both nodes that mine");
            await UntilAsync("count(p2pminer_node_info)", 2, "both nodes");
            var survivor = $"{VirtualNetwork.Address(1 - master)}:8080";

            await hosts.KillAsync(master);
            await UntilAsync("count(p2pminer_pool_up == 1)", 1, "the pool, told by the new master");
            await UntilAsync($"sum(p2pminer_is_master{{instance='{survivor}'}})", 1, "the survivor as master");
            await UntilAsync("count(p2pminer_node_info)", 1, "one node");
            await UntilAsync("sum(p2pminer_nodes{state='mining'})", 1, "one node that mines");

            // Who looks at the survivor's page sees what happened, and what was written down before.
            var page = "";
            await Eventually.HoldsAsync(
                async () =>
                {
                    page = await PageAsync(survivor);
                    return page.Contains("is master now (term", StringComparison.Ordinal) && page.Contains("is lost", StringComparison.Ordinal);
                }, "the page that tells of it", Patience, () => page);
            Assert.Contains($"node {hosts.NodeId(master)[..8]} is lost", page);
            Assert.Contains("has started", page);

            hosts.Start(master, "--http-bind", "0.0.0.0");
            await UntilAsync("count(p2pminer_node_info)", 2, "both nodes again");
            await UntilAsync("count(p2pminer_is_master)", 2, "both nodes again");
            await UntilAsync("sum(p2pminer_nodes{state='mining'})", 2, "both nodes that mine");
            await UntilAsync("count(p2pminer_master_term)", 1, "one term");

            // The survivor has run all the time: its counters never fell, and nobody else has series of it.
            foreach (var counter in new[] { "hashes", "guest_hashes", "shares", "credited_hashes", "membership_rebuilds" })
            {
                Assert.Equal(0, await AskAsync($"sum(resets(p2pminer_{counter}_total{{instance='{survivor}'}}[10m]))"));
            }

            Assert.Equal(0, await AskAsync("count(count by (node) (p2pminer_hashes_total) > 1) or vector(0)"));
            Assert.Equal(0, await AskAsync("count(count by (node, outcome) (p2pminer_shares_total) > 1) or vector(0)"));
            Assert.Equal(0, await AskAsync("count({__name__=~'p2pminer_pool_.*'} unless on (instance) (p2pminer_is_master == 1)) or vector(0)"));
            Assert.Equal(0, prometheus.CountLines("level=(warn|error).*(scrape|sample|duplicate)"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // Through the moments in which the answer is of both masters or of none, and those in which a node was too busy to answer within a second.
        Task UntilAsync(string query, double value, string what)
        {
            double? found = null;
            return Eventually.HoldsAsync(async () => (found = await AskAsync(query)) == value, what, Patience, () => $"{query} is {found}");
        }

        async Task<string> PageAsync(string address) => (await MinerProcess.RunScriptAsync(
            Patience, "ip", "netns", "exec", hosts.Network.Namespace(Reader), "curl", "--silent", "--header", $"Authorization: Bearer {Token}", "--header",
            "Accept: text/html", $"http://{address}/?range=1h")).Text;

        async Task<double?> AskAsync(string query)
        {
            var (exitCode, text) = await MinerProcess.RunScriptAsync(
                Patience, "ip", "netns", "exec", hosts.Network.Namespace(Reader), "promtool", "query", "instant", "-o", "json", "http://127.0.0.1:9090", query);
            return exitCode == 0 && JsonNode.Parse(text) is JsonArray { Count: 1 } answer
                ? double.Parse((string)answer[0]!["value"]![1]!, CultureInfo.InvariantCulture) : null;
        }
    }

    /// <summary>A practice pool of each master, and a third host.</summary>
    private static async Task<Hosts> CreateAsync()
    {
        var hosts = await Hosts.CreateAsync(await VirtualNetwork.CreateAsync(3), 2);
        hosts.Environment["P2P_WEB__TOKEN"] = Token;
        return hosts;
    }
}
