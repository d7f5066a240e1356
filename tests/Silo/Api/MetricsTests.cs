using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using P2PMiner.Jobs;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Tests.Docs;
using P2PMiner.Silo.Tests.Web;
using static P2PMiner.Silo.Tests.Api.ApiFixtures;

namespace P2PMiner.Silo.Tests.Api;

public sealed partial class MetricsTests
{
    private const string Self = " node=00000010";

    [Fact]
    public async Task Metrics_OfTheMaster_HaveTheNodeAndTheCluster()
    {
        await using var web = await MiningAsync();
        (web.Api.Rebuilds, web.Api.Celsius) = (2, 71.5);

        var samples = PrometheusSamples.Parse(await TextAsync(web));

        Assert.Equal(100.512, samples[$"p2pminer_hashrate_hashes_per_second{Self} window=10s"]);
        Assert.False(samples.ContainsKey($"p2pminer_hashrate_hashes_per_second{Self} window=15m"));
        Assert.Equal(10_000, samples[$"p2pminer_hashes_total{Self}"]);
        Assert.Equal(3, samples[$"p2pminer_shares_total{Self} outcome=accepted"]);
        Assert.Equal(1, samples[$"p2pminer_shares_total{Self} outcome=stale"]);
        Assert.Equal(0, samples[$"p2pminer_shares_total{Self} outcome=low_difficulty"]);
        Assert.Equal(360_000, samples[$"p2pminer_credited_hashes_total{Self}"]);
        Assert.Equal(390_000, samples[$"p2pminer_best_share_difficulty{Self}"]);
        Assert.Equal((1, 0), (samples[$"p2pminer_node_state{Self} state=mining"], samples[$"p2pminer_node_state{Self} state=paused"]));
        Assert.Equal(2, samples[$"p2pminer_membership_rebuilds_total{Self}"]);
        Assert.Contains(samples, sample => sample is { Value: 1 } && sample.Key.StartsWith("p2pminer_node_info algorithm=rx/0 cpu=Example CPU host=attic mode=fast", StringComparison.Ordinal));
        Assert.Equal((1, 7), (samples[$"p2pminer_is_master{Self}"], samples["p2pminer_master_term"]));
        Assert.Equal((1, 1, 0), (samples["p2pminer_nodes state=mining"], samples["p2pminer_nodes state=gone"], samples["p2pminer_nodes state=silent"]));
        Assert.Equal((1, 0.023, 2), (samples["p2pminer_pool_up"], samples["p2pminer_pool_ping_seconds"], samples["p2pminer_pool_connections_failed_total"]));
        Assert.Equal((3_000_000, 120_000), (samples["p2pminer_job_height"], samples["p2pminer_job_difficulty"]));
        Assert.Equal(71.5, samples[$"p2pminer_cpu_temperature_celsius{Self}"]);
        Assert.DoesNotContain($"p2pminer_cpu_power_watts{Self}", samples.Keys);
        Assert.DoesNotContain("p2pminer_network_difficulty", samples.Keys);
        Assert.Equal(1, samples["p2pminer_pool_info algorithm=rx/0 pool=pool.example:443 tls=TLSv1.3"]);
    }

    [Fact]
    public async Task Metrics_OfAnotherNode_HaveNothingOfTheCluster()
    {
        await using var web = await MiningAsync();
        web.Api.Cluster = MasterView.Initial;

        var samples = PrometheusSamples.Parse(await TextAsync(web));

        Assert.Equal(0, samples[$"p2pminer_is_master{Self}"]);
        Assert.All(samples.Keys, sample => Assert.Contains(Self, sample));
    }

    [Fact]
    public async Task Metrics_NoSession_HaveTheNode()
    {
        await using var web = await MiningAsync();
        web.Source.Failure = new InvalidOperationException("no master is known yet");

        var samples = PrometheusSamples.Parse(await TextAsync(web));

        Assert.Equal(10_000, samples[$"p2pminer_hashes_total{Self}"]);
        Assert.DoesNotContain("p2pminer_pool_up", samples.Keys);
    }

    [Fact]
    public async Task Metrics_TokenSet_IsShownAsPrometheusDoes()
    {
        await using var web = await MiningAsync(new() { Token = "an-owl-in-the-barn" });

        using var refused = await web.GetAsync("/metrics");
        using var answer = await web.GetAsync("/metrics", ("Authorization", "Bearer an-owl-in-the-barn"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (refused.StatusCode, answer.StatusCode));
    }

    /// <summary>Names, types, units and help as its makers want them.</summary>
    [Fact]
    public async Task Promtool_ReadsThem_HasNothingToSay()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed: package prometheus");
        await using var web = await MiningAsync();
        web.Source.Peers[0] = Peer(web.Api.Node, "name with \"quotes\" and \\");

        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(await TextAsync(web));
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.Equal(("", 0), (said, promtool.ExitCode));
    }

    [Fact]
    public async Task Dashboard_AllItAsksFor_IsThere()
    {
        await using var web = await MiningAsync();
        var told = PrometheusSamples.Names(await TextAsync(web));

        var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("docs/grafana/p2p-miner.json")))!;
        var panels = dashboard["panels"]!.AsArray().Where(panel => panel!["targets"] is not null).ToList();
        var asked = panels.SelectMany(panel => panel!["targets"]!.AsArray()).SelectMany(target => MetricName().Matches((string)target!["expr"]!))
            .Concat(dashboard["templating"]!["list"]!.AsArray().Where(variable => (string)variable!["type"]! == "query")
                .SelectMany(variable => MetricName().Matches((string)variable!["query"]!)))
            .Select(match => match.Value).ToHashSet();

        Assert.Empty(asked.Except(told));
        Assert.True(panels.Count >= 8, $"{panels.Count} panels");
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel!["id"]!).Distinct().Count());
        Assert.All(panels, panel => Assert.False(string.IsNullOrEmpty((string?)panel!["title"])));
    }

    /// <summary>docs/reference/api.md names each.</summary>
    [Fact]
    public async Task Reference_OfTheApi_NamesEachMetric()
    {
        await using var web = await MiningAsync();
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/reference/api.md"));

        var told = PrometheusSamples.Names(await TextAsync(web));

        Assert.Equal(told.Order(), MetricName().Matches(page).Select(match => match.Value).Distinct().Order());
    }

    private static async Task<string> TextAsync(WebUnderTest web)
    {
        using var answer = await web.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("p2pminer_[a-z_]+")]
    private static partial Regex MetricName();
}
