using System.Collections;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using P2PMiner.Security;
using P2PMiner.Silo.Tests.Client;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.Steering.SteeredWeb;

namespace P2PMiner.Silo.Tests.Steering;

/// <summary>The whole program in this process, without a pool, so that nothing hashes: the controls have their effect on the node.</summary>
public sealed class SteeringEndToEndTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ClusterKey _key = ClusterKey.NewRandom();
    private readonly TemporaryFolder _folder;
    private readonly LineWriter _log = new();

    public SteeringEndToEndTests() => _folder = ProgramNode.FolderWith(_key);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Controls_OneAfterTheOther_HaveTheirEffectAndLeaveAnEvent()
    {
        NativeLibrary.Require();
        using var stop = new CancellationTokenSource(Limit);
        var ports = FreePorts.Take(3);
        var settings = $$"""{ "Membership": { "Port": {{ports[2]}} }, "Discovery": { "Enabled": false }, "Web": { "Token": "{{Token}}" } }""";
        string[] args =
        [
            "--data", _folder.Path, "--config", _folder.File("settings.json", settings), "--bind", "127.0.0.1", "--port", $"{ports[0]}",
            "--gateway-port", $"{ports[1]}", "--http-port", "0",
        ];
        var running = Program.RunAsync(args, InProcess.Io(_log, _log, new Hashtable()), stop.Token);
        try
        {
            var line = await _log.WaitForAsync("WEB  ", Limit);
            await _log.WaitForAsync("working for the session", Limit);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(line.Split(' ')[^1]) };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            await Eventually.HoldsAsync(async () => (await NodesAsync(client)).Count == 1, "the node in the cluster's list");
            await SteerAsync(client);
        }
        finally
        {
            await stop.CancelAsync();
            Assert.Equal(0, await running);
        }
    }

    private async Task SteerAsync(HttpClient client)
    {
        var node = (string)(await NodesAsync(client))[0]!["id"]!;

        Assert.Equal($"node {node[..8]} paused\n", await DoAsync("pause", ("node", node), ("confirmed", "yes")));
        await StandsAsync(found => (string?)found["state"] == "paused", "paused");
        await DoAsync("resume", ("node", node[..6]));
        await StandsAsync(found => (string?)found["state"] == "idle", "idle");
        await DoAsync("threads", ("node", node), ("threads", "3"));
        await StandsAsync(found => (int)found["threads"]! == 3, "of 3 threads");
        await DoAsync("drain", ("node", node), ("confirmed", "yes"));
        await StandsAsync(found => (string?)found["state"] == "drained", "drained");
        await DoAsync("resume", ("node", "all"));
        await DoAsync("quarantine", ("node", node), ("confirmed", "yes"));
        await StandsAsync(found => (bool)found["quarantined"]!, "quarantined");
        await DoAsync("release", ("node", node));
        await StandsAsync(found => !(bool)found["quarantined"]!, "released");

        await DoAsync("pool/add", ("url", "127.0.0.1:1"), ("user", "me"), ("pass", "hidden"));
        await DoAsync("pool/add", ("url", "127.0.0.1:2"), ("user", "me"));
        await DoAsync("pool/switch", ("url", "127.0.0.1:2"), ("confirmed", "yes"));
        await PoolsAreAsync("stratum+tcp://127.0.0.1:2 stratum+tcp://127.0.0.1:1");
        await DoAsync("pool/remove", ("url", "127.0.0.1:2"), ("confirmed", "yes"));
        await PoolsAreAsync("stratum+tcp://127.0.0.1:1");
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("pool/remove", ("url", "127.0.0.1:1"), ("confirmed", "yes"))).Status);
        Assert.Equal($"p2p-miner join {_key.ToToken()}\n", await DoAsync("invite", ("confirmed", "yes")));

        var kinds = new List<string>();
        await Eventually.HoldsAsync(
            async () =>
            {
                var events = (JsonArray)(await JsonAsync(client, "/api/v1/events"))["events"]!;
                kinds = [.. events.Where(one => (string?)one!["kind"] == "steered").Select(one => (string)one!["text"]!)];
                return kinds.Count == 12;
            }, "an event for each of the 12", found: () => string.Join('\n', kinds));
        Assert.All(kinds, text => Assert.EndsWith($"by the web page of node {node[..8]}", text));
        Assert.DoesNotContain("hidden", string.Join(' ', kinds));
        Assert.DoesNotContain(_key.ToToken(), _log.Text);

        async Task<string> DoAsync(string control, params (string, string)[] fields)
        {
            var (status, text) = await PostAsync(control, fields);
            Assert.True(status == HttpStatusCode.OK, $"{control}: {status} {text}");
            return text;
        }

        async Task<(HttpStatusCode Status, string Text)> PostAsync(string control, params (string, string)[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
            using var answer = await client.PostAsync($"/steer/{control}", form);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        Task StandsAsync(Func<JsonNode, bool> condition, string what)
            => Eventually.HoldsAsync(async () => condition((await NodesAsync(client))[0]!), $"the node {what}");

        Task PoolsAreAsync(string pools) => Eventually.HoldsAsync(
            async () => (await JsonAsync(client, "/api/v1/pools"))["pools"] is JsonArray list && string.Join(' ', list.Select(pool => (string)pool!)) == pools, pools);
    }

    /// <summary>None while there is no master yet.</summary>
    private static async Task<JsonArray> NodesAsync(HttpClient client) => (JsonArray?)(await JsonAsync(client, "/api/v1/nodes"))["nodes"] ?? [];

    private static async Task<JsonNode> JsonAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
