using System.Text.Json;
using P2PMiner.Client;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Client;

/// <summary>doctor of the real console against two nodes of the real program.</summary>
public sealed class DoctorEndToEndTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private readonly CancellationTokenSource _deadline = new(Deadline);
    private readonly List<ProgramNode> _nodes = [];
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        _deadline.Dispose();
    }

    [Fact]
    public async Task Doctor_TwoNodes_ExamineThemselvesAndReachEachOther()
    {
        NativeLibrary.Require();
        var (key, beacons) = (ClusterKey.NewRandom(), FreePorts.Take());
        _nodes.AddRange([new(key, beacons), new(key, beacons)]);
        _nodes.ForEach(node => node.Start(_deadline.Token));

        JsonElement json = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                _output.GetStringBuilder().Clear();
                return await RunAsync("doctor --json") < 2 && (json = JsonDocument.Parse(_output.ToString()).RootElement).GetProperty("nodes")
                    .GetArrayLength() == 2
                    && Nodes(json).All(node => node.GetProperty("answers").GetBoolean() && Text(node, "other nodes").Contains("1 other node can be reached"));
            },
            "both nodes answer and reach each other", Deadline, found: () => _output.ToString() + _error);

        Assert.Equal(_nodes.Select(node => node.Id).Order(), Nodes(json).Select(node => node.GetProperty("node").GetString()).Order());
        Assert.Single(Nodes(json).Select(node => node.GetProperty("master").GetString()).Distinct());
        Assert.All(Nodes(json), node => Assert.Contains("The clocks of 1 other node agree", Text(node, "clock")));
        Assert.Equal(0, json.GetProperty("cluster").GetArrayLength());
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement json) => json.GetProperty("nodes").EnumerateArray();

    private static string Text(JsonElement node, string check) => string.Join(' ', node.GetProperty("findings").EnumerateArray()
        .Where(finding => finding.GetProperty("check").GetString() == check).Select(finding => finding.GetProperty("text").GetString()));

    private Task<int> RunAsync(string line) => P2PMiner.Client.Program.RunAsync(
        [.. line.Split(' '), "--gateway", $"127.0.0.1:{_nodes[0].GatewayPort}", "--data", _nodes[0].Folder], _output, _error, screen: false, TextReader.Null,
            new());
}
