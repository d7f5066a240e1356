using System.Collections;
using P2PMiner.Client;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Client;

/// <summary>
/// rotate-key of the real console against the real program, several nodes of it in this process with beacons on loopback. Without a pool, so that
/// nothing hashes; the load is calls between the nodes.
/// </summary>
public sealed class RotationEndToEndTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
    private readonly CancellationTokenSource _deadline = new(Deadline);
    private readonly ClusterKey _former = ClusterKey.NewRandom();
    private readonly int _beacons = FreePorts.Take();
    private readonly List<ProgramNode> _nodes = [];
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        _deadline.Dispose();
    }

    [Fact]
    public async Task RotateKey_ThreeNodesUnderCalls_StayOneClusterAndGoByTheNewKey()
    {
        await StartAsync(3);
        using var old = ProgramNode.FolderWith(_former);
        using var loadEnds = new CancellationTokenSource();
        var load = LoadAsync(_nodes[1], loadEnds.Token);

        Assert.Equal(0, await RunAsync("rotate-key --grace 12", _nodes[0]));
        var join = _output.ToString().TrimEnd().Split('\n')[^1];
        Assert.StartsWith("p2p-miner join p2p1-", join);
        var key = JoinToken.Read(join.Split(' ')[^1]);
        Assert.All(_nodes, node => Assert.Equal([key, _former], node.Keys.Load().Accepted));
        Assert.All(_nodes, node => Assert.Contains($"{node.Id[..8]}: uses the new key", _output.ToString()));

        // A machine with the new key alone comes in: every connection with it is a new one.
        var newcomer = Add(key);
        newcomer.Start(_deadline.Token);
        await AllActiveAsync(newcomer, 4);
        Assert.Equal(0, await RunAsync("peers", newcomer));
        // A console that has the former key is let in as long as the grace lasts.
        Assert.Equal(0, await RunAsync("peers", _nodes[2], old.Path));

        await loadEnds.CancelAsync();
        Assert.True(await load > 0, "no call was made");
        Assert.All(_nodes[..3], node => Assert.DoesNotContain("rebuil", node.Log.Text));
        ShowsNot(_former);
        Assert.Equal(1, Occurrences(_output.ToString(), key));
        _output.GetStringBuilder().Clear();
        ShowsNot(key);
    }

    [Fact]
    public async Task RotateKey_OneNodeRefuses_LeavesAllAsTheyWereAndCanBeRunAgain()
    {
        await StartAsync(3);
        var before = _nodes.Select(node => File.ReadAllText(node.Keys.Path)).ToArray();
        // Its owner has put another key there, which it does not run with yet.
        var kept = _nodes[2].Keys.Supersede(ClusterKey.NewRandom())!;
        var other = File.ReadAllText(_nodes[2].Keys.Path);

        Assert.Equal(1, await RunAsync("rotate-key", _nodes[0]));
        Assert.Contains($"node {_nodes[2].Id[..8]} did not confirm", _error.ToString());
        Assert.Equal("", _output.ToString());
        Assert.Equal([before[0], before[1], other], _nodes.Select(node => File.ReadAllText(node.Keys.Path)));
        Assert.All(_nodes, node => Assert.DoesNotContain("now uses the new cluster key", node.Log.Text));

        File.Move(kept, _nodes[2].Keys.Path, overwrite: true);
        Assert.Equal(0, await RunAsync("rotate-key", _nodes[0]));
        Assert.All(_nodes, node => Assert.NotEqual(_former, node.Keys.Load().Current));
        await AllActiveAsync(_nodes[2], 3);
        Assert.All(_nodes, node => Assert.DoesNotContain("rebuil", node.Log.Text));
    }

    [Fact]
    public async Task RotateKey_OneNodeMissesTheWord_FollowsTheBeaconsOfTheOthers()
    {
        await StartAsync(2);
        var key = ClusterKey.NewRandom();
        await using (var cluster = await ConnectAsync(_nodes[0]))
        {
            foreach (var node in _nodes)
            {
                Assert.Null(await cluster.AcceptKeyAsync(node.Id, new() { Token = key.ToToken(), Grace = TimeSpan.FromHours(1) }));
            }

            cluster.Keys.Accept(key, DateTimeOffset.MaxValue);
            Assert.Null(await cluster.SwitchKeyAsync(_nodes[0].Id, key.Id));
        }

        await Eventually.HoldsAsync(
            () => _nodes[1].Keys.Load().Current.Equals(key), "the node that was not told goes by the key of the other", Deadline);
        await AllActiveAsync(_nodes[1], 2);
    }

    private async Task StartAsync(int count)
    {
        NativeLibrary.Require();
        for (var i = 0; i < count; i++)
        {
            Add(_former);
        }

        _nodes.ForEach(node => node.Start(_deadline.Token));
        foreach (var node in _nodes)
        {
            await AllActiveAsync(node, count);
        }
    }

    private ProgramNode Add(ClusterKey key)
    {
        var node = new ProgramNode(key, _beacons);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Calls every node through one of them until told to stop. A call may be late on a busy machine; none may fail otherwise.</summary>
    private static async Task<int> LoadAsync(ProgramNode gateway, CancellationToken end)
    {
        await using var cluster = await ConnectAsync(gateway);
        var calls = 0;
        while (!end.IsCancellationRequested)
        {
            try
            {
                foreach (var work in (await cluster.GetJobAsync()).Nodes.Where(work => !work.Gone))
                {
                    await cluster.ResumeAsync(work.Node.ToString());
                    calls++;
                }
            }
            catch (TimeoutException)
            {
            }
        }

        return calls;
    }

    private static Task<GatewayCluster> ConnectAsync(ProgramNode node)
        => GatewayCluster.ConnectAsync("127.0.0.1", node.GatewayPort, node.Keys.Load(), CancellationToken.None);

    /// <summary>Asked through that node: all are in, and it has a master to work for.</summary>
    private Task AllActiveAsync(ProgramNode node, int count) => Eventually.HoldsAsync(
        async () =>
        {
            Assert.False(_nodes.Any(each => each.HasEnded), $"a node has ended; the last lines of each:\n{LastLines()}");
            try
            {
                await using var cluster = await ConnectAsync(node);
                var members = await cluster.GetMembersAsync();
                return members.Count(member => member.State == MemberState.Active) == count
                    && (await cluster.GetJobAsync()).Nodes.Count(work => !work.Gone) == count;
            }
            catch (Exception early) when (early is ClusterUnreachableException or RefusedException or TimeoutException or OrleansException)
            {
                return false;
            }
        },
        $"one cluster of {count} nodes", Deadline, found: LastLines);

    private string LastLines() => string.Join("\n\n", _nodes.Select(each => each.LastLines));

    private Task<int> RunAsync(string line, ProgramNode gateway, string? folder = null) => P2PMiner.Client.Program.RunAsync(
        [.. line.Split(' '), "--gateway", $"127.0.0.1:{gateway.GatewayPort}", "--data", folder ?? gateway.Folder], _output, _error,
        screen: false, TextReader.Null, new());

    private void ShowsNot(ClusterKey key)
    {
        Assert.Equal(0, Occurrences(_output.ToString() + _error, key));
        Assert.All(_nodes, node => Assert.Equal(0, Occurrences(node.Log.Text, key)));
    }

    private static int Occurrences(string text, ClusterKey key) => text.Split(key.ToToken()[5..20]).Length - 1;
}
