using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Tests.Docs;
using P2PMiner.Silo.Web;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.Api.ApiFixtures;

namespace P2PMiner.Silo.Tests.Api;

public sealed class ClusterJsonTests
{
    private const string Outcomes = "accepted int, stale int, duplicate int, low_difficulty int, invalid int, outside_lease int, rejected int, lost int, quarantined int";
    private const string Means = "1m number, 10m number, 1h number, 12h number, 24h number";

    [Fact]
    public async Task Cluster_Mining_HasEachFieldWithItsType()
    {
        await using var web = await MiningAsync();
        web.Source.Job = web.Source.Job with { NetworkDifficulty = 1_000_000 };

        var cluster = await web.JsonAsync("/api/v1/cluster");

        HasShape(cluster, """
            time int, version text, node text, master object, algorithm text?, nodes object, hashrate object, counted_seconds number?, hashes int,
            shares object, credited_hashes int?, best_shares list * int, last_accepted_seconds number?, job object, pool text?, pool_state text,
            dataset_host text?
            """);
        HasShape(cluster["master"], "node text, term int, is_self bool");
        HasShape(cluster["nodes"], """
            idle int, preparing int, mining int, paused int, failed int, draining int, drained int, quarantined int, silent int, gone int
            """);
        HasShape(cluster["hashrate"], "now number, means object");
        HasShape(cluster["hashrate"]!["means"], Means);
        HasShape(cluster["shares"], Outcomes);
        HasShape(cluster["job"], """
            id text, height int?, difficulty int, leases int, expected_share_seconds number?, network_difficulty int?, expected_block_seconds number?
            """);
        Assert.Equal(9949.06, (double)cluster["job"]!["expected_block_seconds"]!);
        Assert.Equal((1, 1), ((int)cluster["nodes"]!["mining"]!, (int)cluster["nodes"]!["gone"]!));
        Assert.Equal((100.51, 1500.56, 1000.0, 10.0), ((double)cluster["hashrate"]!["now"]!, Math.Round((double)cluster["hashrate"]!["means"]!["1h"]!, 2),
            (double)cluster["counted_seconds"]!, (double)cluster["last_accepted_seconds"]!));
    }

    [Fact]
    public async Task Nodes_OneHereAndOneGone_HaveEachFieldWithItsType()
    {
        await using var web = await MiningAsync();

        var nodes = (await web.JsonAsync("/api/v1/nodes"))["nodes"]!.AsArray();

        Assert.Equal(2, nodes.Count);
        Assert.All(nodes, node => HasShape(node, """
            id text, name text?, address text?, is_master bool, state text, failure text?, takes_work bool, quarantined bool, silent_seconds number,
            version text?, cpu text?, cores int?, threads int?, threads_full int?, ram_bytes int?, ram_usable_bytes int?, numa_nodes int?, algorithm text?,
            dataset object?, hugepages object?, hashrate object, remote_host text?, hashes int, shares object?, accepted int, wrong_hashes int,
            credited_hashes int?, best_shares list * int, last_accepted_seconds number?
            """));
        HasShape(nodes[0]!["dataset"], "mode text?, progress number, bytes int, copies int");
        HasShape(nodes[0]!["hugepages"], "held int, wanted int, of_1gb int");
        HasShape(nodes[0]!["hashrate"], "now number?, 10s number?, 60s number?, 15m number?, highest number?, remote number?, means object?");
        Assert.Equal(("mining", "attic", true), ((string)nodes[0]!["state"]!, (string)nodes[0]!["name"]!, (bool)nodes[0]!["is_master"]!));
        Assert.Equal(("gone", null, null), ((string)nodes[1]!["state"]!, (string?)nodes[1]!["name"], nodes[1]!["dataset"]));
    }

    [Fact]
    public async Task Pools_Connected_HaveEachFieldWithItsType()
    {
        await using var web = await MiningAsync();

        var pools = await web.JsonAsync("/api/v1/pools");

        HasShape(pools, "time int, pools list 1 text, algorithms list 1 text, current object");
        HasShape(pools["current"], """
            pool text?, state text, ip text?, tls text?, tls_fingerprint text?, connected_seconds number?, ping_ms number?, difficulty int, failures int,
            accepted int, rejected int, lost int, credited_hashes int, skipped_messages int, retried_requests int, refused_requests int, last_error text?
            """);
        Assert.Equal(("pool.example:443", "connected", 23.0), ((string)pools["current"]!["pool"]!, (string)pools["current"]!["state"]!,
            (double)pools["current"]!["ping_ms"]!));
    }

    [Theory]
    [InlineData("/api/v1/cluster")]
    [InlineData("/api/v1/nodes")]
    [InlineData("/api/v1/pools")]
    public async Task Get_NoSession_IsUnavailable(string path)
    {
        await using var web = await MiningAsync();
        web.Source.Failure = new TimeoutException("the master does not answer");

        Assert.Equal((503, "no session yet: the master does not answer"), await ErrorAsync(await web.GetAsync(path)));
        Assert.Equal(405, (await ErrorAsync(await web.SendAsync(HttpMethod.Post, path))).Status);
    }

    [Fact]
    public async Task Stream_ClusterChanges_TellsItEachTwoSeconds()
    {
        await using var web = await MiningAsync();
        using var client = web.Client();
        using var lines = new StreamReader(await client.GetStreamAsync("/api/v1/stream", TestContext.Current.CancellationToken));

        Assert.Equal(("cluster", 100.51), await NextAsync(lines));
        web.Source.Failure = new InvalidOperationException("no master is known yet");
        web.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(("silence", 0), await NextAsync(lines));
        web.Source.Failure = null;
        web.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(("cluster", 100.51), await NextAsync(lines));

        static async Task<(string, double)> NextAsync(StreamReader lines)
        {
            var name = await Eventually.ComesAsync(lines.ReadLineAsync(), "the name of an event");
            var data = await Eventually.ComesAsync(lines.ReadLineAsync(), "its data");
            Assert.Equal("", await Eventually.ComesAsync(lines.ReadLineAsync(), "its end"));
            return (name![7..], (double?)JsonNode.Parse(data![6..])!["hashrate"]?["now"] ?? 0);
        }
    }

    [Fact]
    public async Task Stream_TooManyListeners_TheNextIsRefusedUntilOneGoes()
    {
        await using var web = await MiningAsync();
        var listeners = new List<HttpClient>();

        // Kept, because a connection that nobody knows any more is closed some time.
        var answers = new List<HttpResponseMessage>();
        try
        {
            for (var listener = 0; listener < EventStream.MostListeners; listener++)
            {
                listeners.Add(web.Client());
                answers.Add(await listeners[^1].GetAsync(
                    "/api/v1/stream", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
            }

            Assert.Equal((503, "64 listen already"), await ErrorAsync(await web.GetAsync("/api/v1/stream")));
            answers[0].Dispose();
            using var client = web.Client();
            await Eventually.HoldsAsync(async () => await IsServedAsync(client), "room for one more");
        }
        finally
        {
            answers.ForEach(answer => answer.Dispose());
            listeners.ForEach(listener => listener.Dispose());
        }

        // A refusal may end the connection before it is read.
        static async Task<bool> IsServedAsync(HttpClient client)
        {
            try
            {
                return (await client.GetAsync("/api/v1/stream", HttpCompletionOption.ResponseHeadersRead)).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>docs/reference/api.md has each field of each answer in its section about them.</summary>
    [Theory]
    [InlineData("/api/v1/cluster")]
    [InlineData("/api/v1/nodes")]
    [InlineData("/api/v1/pools")]
    [InlineData("/1/summary")]
    [InlineData("/2/backends")]
    [InlineData("/cluster/1/summary")]
    [InlineData("/mmpos")]
    public async Task Reference_NamesEachField(string path)
    {
        await using var web = await MiningAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "reference", "api.md"));
        var named = Regex.Matches(page, "`([^`]+)`").SelectMany(match => match.Groups[1].Value.Split('.')).ToHashSet();

        // Of the machine, of which the page says no more than XMRig's own does.
        var names = Names(await web.JsonAsync(path), []).Except([
            "memory", "load_average", "brand", "family", "model", "stepping", "proc_info", "aes", "avx2", "x64", "64_bit", "backend", "arch", "flags"]);

        Assert.DoesNotContain(names, name => !named.Contains(name));
    }

    private static HashSet<string> Names(JsonNode? node, HashSet<string> names)
    {
        foreach (var (name, value) in node is JsonObject body ? body.ToArray() : [])
        {
            names.Add(name);
            Names(value, names);
        }

        foreach (var item in node is JsonArray list ? list.ToArray() : [])
        {
            Names(item, names);
        }

        return names;
    }
}
