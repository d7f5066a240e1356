using System.Net;
using System.Net.Sockets;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.TestKit;

namespace P2PMiner.Membership.Tests;

/// <summary>The table while masters come and go: three nodes' ports, files and proxies, with the test as the election.</summary>
public sealed class TableHandOverTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ClusterKeyRing _ring = new(ClusterKey.NewRandom(), TimeProvider.System);
    private readonly List<TestNode> _nodes = [];

    public async ValueTask InitializeAsync()
    {
        for (uint id = 1; id <= 3; id++)
        {
            _nodes.Add(await TestNode.StartAsync(id, _ring));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Read_NoMasterYet_WaitsForOne()
    {
        var reading = _nodes[1].OpenTable().ReadAllAsync();
        Assert.False(reading.IsCompleted);
        Elect(1, 0);
        Assert.Empty((await reading.WaitAsync(Limit)).Members);
    }

    [Fact]
    public async Task Read_MasterGoneWhileWaiting_IsAnsweredByTheNext()
    {
        Elect(1, 0);
        var table = _nodes[2].OpenTable();
        await JoinAsync(table, 30);
        await _nodes[0].Membership.DisposeAsync();

        var reading = table.ReadAllAsync();
        Elect(2, 1, living: [1, 2]);
        var after = await reading.WaitAsync(Limit);
        Assert.Equal(30, Assert.Single(after.Members).Item1.SiloAddress.Endpoint.Port);
    }

    [Fact]
    public async Task Read_Cancelled_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        var reading = _nodes[1].OpenTable().ReadAllAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Limit));
    }

    [Fact]
    public async Task Insert_OvertakenByAnotherSilo_IsMadeAgain()
    {
        Elect(1, 0);
        var (one, two) = (_nodes[1].OpenTable(Entry(20).SiloAddress), _nodes[2].OpenTable(Entry(30).SiloAddress));
        var read = (await one.ReadAllAsync()).Version;
        await JoinAsync(two, 30);
        Assert.True(await one.InsertRowAsync(Entry(20), read.Next()).WaitAsync(Limit));
        Assert.Equal([20, 30], Ports(await two.ReadAllAsync()));
    }

    [Fact]
    public async Task Insert_SiloHasReadALaterTable_IsAConflict()
    {
        // Done all the same, Orleans would count the silo as dead: it is missing from a table later than the one that the insert was to make.
        Elect(1, 0);
        var (one, two) = (_nodes[1].OpenTable(Entry(20).SiloAddress), _nodes[2].OpenTable(Entry(30).SiloAddress));
        var read = (await one.ReadAllAsync()).Version;
        await JoinAsync(two, 30);
        Assert.Equal([30], Ports(await one.ReadAllAsync()));
        Assert.False(await one.InsertRowAsync(Entry(20), read.Next()).WaitAsync(Limit));
        Assert.Equal([30], Ports(await two.ReadAllAsync()));
        await JoinAsync(one, 20);
    }

    [Fact]
    public async Task Insert_UnderWay_NoReadShowsTheTableWithoutIt()
    {
        var (one, two) = (_nodes[1].OpenTable(Entry(20).SiloAddress), _nodes[2].OpenTable(Entry(30).SiloAddress));
        var inserting = one.InsertRowAsync(Entry(20), new(1, "0"));
        var reading = Enumerable.Range(0, 20).Select(_ => one.ReadAllAsync()).ToList();
        _nodes[0].Elect(1, _nodes[0], _nodes);
        _nodes[2].Elect(1, _nodes[0], _nodes);
        await JoinAsync(two, 30);

        _nodes[1].Elect(1, _nodes[0], _nodes);
        Assert.True(await inserting.WaitAsync(Limit));
        Assert.All(await Task.WhenAll(reading).WaitAsync(Limit), table => Assert.Equal([20, 30], Ports(table)));
    }

    [Fact]
    public async Task Fence_CallsWaitingAndLater_EndWithoutTouchingTheTable()
    {
        var table = _nodes[1].OpenTable();
        var waiting = table.ReadAllAsync();
        Assert.False(waiting.IsCompleted);
        _nodes[1].Membership.FenceHost();
        Assert.Empty((await waiting.WaitAsync(Limit)).Members);

        // The silo believes that it said good-bye; nobody else hears it.
        Elect(1, 0);
        Assert.True(await table.InsertRowAsync(Entry(10), new(1, "0")).WaitAsync(Limit));
        Assert.Equal([10], Ports(await table.ReadAllAsync().WaitAsync(Limit)));
        Assert.Empty((await _nodes[2].OpenTable().ReadAllAsync().WaitAsync(Limit)).Members);
        Assert.Empty((await _nodes[1].OpenTable().ReadAllAsync().WaitAsync(Limit)).Members);
    }

    [Fact]
    public async Task TakeOver_MasterGone_HasEveryRowAtAHigherVersion()
    {
        Elect(1, 0);
        var tables = _nodes.Select(node => node.OpenTable()).ToList();
        await JoinAsync(tables[0], 10);
        await JoinAsync(tables[1], 20);
        await JoinAsync(tables[2], 30);
        var before = (await tables[0].ReadAllAsync()).Version.Version;
        await _nodes[0].Membership.DisposeAsync();

        Elect(2, 1, living: [1, 2]);
        var after = await tables[2].ReadAllAsync().WaitAsync(Limit);
        Assert.Equal([10, 20, 30], Ports(after));
        Assert.Equal(before + 10, after.Version.Version);
        await JoinAsync(tables[1], 21);
    }

    [Fact]
    public async Task TakeOver_OwnWriteThatNobodyReadAgain_IsInTheNewTable()
    {
        Elect(1, 0);
        var (one, two) = (_nodes[1].OpenTable(), _nodes[2].OpenTable());
        await JoinAsync(one, 20);
        Assert.True(await two.InsertRowAsync(Entry(30), (await two.ReadAllAsync()).Version.Next()));
        await _nodes[0].Membership.DisposeAsync();

        Elect(2, 1, living: [1, 2]);
        await WaitAsync(() => _nodes[1].Refreshes.Count > 0 && _nodes[2].Refreshes.Count > 0, "the silos look at the new table");
        Assert.Equal([20, 30], Ports(await one.ReadAllAsync().WaitAsync(Limit)));
    }

    [Fact]
    public async Task TakeOver_MasterAlive_StopsTheOldOneAndKeepsItsLastWrite()
    {
        Elect(1, 1);
        var old = _nodes[1].OpenTable();
        await JoinAsync(old, 20);
        var reader = _nodes[2].OpenTable();

        // The old master has not heard of the election; the new one's request tells it.
        _nodes[0].Elect(2, _nodes[0], _nodes);
        _nodes[2].Elect(2, _nodes[0], _nodes);
        Assert.Equal([20], Ports(await reader.ReadAllAsync().WaitAsync(Limit)));
        await WaitAsync(() => _nodes[1].Learnt.Contains(2ul), "the old master tells its election of the new term");

        var writing = old.InsertRowAsync(Entry(21), (await reader.ReadAllAsync()).Version.Next());
        Assert.False(writing.IsCompleted);
        _nodes[1].Elect(2, _nodes[0], _nodes);
        // What it had read was the old master's: it must read anew first.
        Assert.False(await writing.WaitAsync(Limit));
        await JoinAsync(old, 21);
        Assert.Equal([20, 21], Ports(await reader.ReadAllAsync()));
    }

    [Fact]
    public async Task Read_MasterOfThePast_StopsServingAndIsNotBelieved()
    {
        Elect(1, 1);
        await JoinAsync(_nodes[1].OpenTable(), 20);

        // Node 3 takes node 2 for the master of a term that node 2 knows nothing of.
        _nodes[2].Elect(5, _nodes[1]);
        var reading = _nodes[2].OpenTable().ReadAllAsync();
        await WaitAsync(() => _nodes[1].Learnt.Contains(5ul), "the old master tells its election of the higher term");
        Assert.False(reading.IsCompleted);

        _nodes[1].Elect(6, _nodes[1], _nodes);
        _nodes[2].Elect(6, _nodes[1], _nodes);
        Assert.Equal([20], Ports(await reading.WaitAsync(Limit)));
    }

    [Fact]
    public async Task TakeOver_HigherTermKnownToAPeer_DoesNotServeAndTellsTheElection()
    {
        Elect(7, 2);
        await JoinAsync(_nodes[2].OpenTable(), 30);

        _nodes[0].Elect(6, _nodes[0], _nodes);
        await WaitAsync(() => _nodes[0].Learnt.Contains(7ul), "the late master hears of the higher term");
        Assert.Equal([30], Ports(await _nodes[1].OpenTable().ReadAllAsync().WaitAsync(Limit)));

        _nodes[0].Elect(8, _nodes[0], _nodes);
        _nodes[1].Elect(8, _nodes[0], _nodes);
        Assert.Equal([30], Ports(await _nodes[1].OpenTable().ReadAllAsync().WaitAsync(Limit)));
    }

    [Fact]
    public async Task TakeOver_SiloMissingFromTheNewTable_WantsItsHostRebuilt()
    {
        Elect(1, 0);
        var mine = _nodes[1].OpenTable();
        await JoinAsync(mine, 20);

        // A master that could not reach this node takes over.
        _nodes[2].Elect(2, _nodes[2], []);
        Assert.Empty((await _nodes[2].OpenTable().ReadAllAsync().WaitAsync(Limit)).Members);
        _nodes[1].Elect(2, _nodes[2], []);
        Assert.Contains("absent", await _nodes[1].Membership.Rebuilds.Wanted.WaitAsync(Limit));
    }

    [Fact]
    public async Task TakeOver_NodeThatTheNewMasterDoesNotHear_KeepsItsSilo()
    {
        Elect(1, 0);
        var (one, two) = (_nodes[1].OpenTable(), _nodes[2].OpenTable());
        await JoinAsync(one, 20);
        await JoinAsync(two, 30);
        await one.ReadAllAsync();
        await _nodes[0].Membership.DisposeAsync();

        // Beacons reach node 3 from node 2, not the other way round.
        _nodes[1].Elect(2, _nodes[1], []);
        _nodes[2].Elect(2, _nodes[1], [_nodes[1]]);
        await WaitAsync(() => _nodes[2].Refreshes.Count > 0, "the silo looks at the new table");
        Assert.Equal([20, 30], Ports(await two.ReadAllAsync().WaitAsync(Limit)));
        Assert.False(_nodes[2].Membership.Rebuilds.Wanted.IsCompleted);
    }

    [Fact]
    public async Task TakeOver_SiloDeadInTheNewTable_WantsItsHostRebuilt()
    {
        Elect(1, 0);
        var (one, two) = (_nodes[1].OpenTable(), _nodes[2].OpenTable());
        await JoinAsync(one, 20);
        await JoinAsync(two, 30);
        var all = await two.ReadAllAsync();
        Assert.True(await two.UpdateRowAsync(Entry(20, SiloStatus.Dead), all.Version.VersionEtag, all.Version.Next()));

        Elect(2, 2);
        Assert.Contains("dead", await _nodes[1].Membership.Rebuilds.Wanted.WaitAsync(Limit));
        Assert.False(_nodes[2].Membership.Rebuilds.Wanted.IsCompleted);
    }

    [Fact]
    public async Task Connect_NodeOfAnotherCluster_LearnsNothing()
    {
        Elect(1, 0);
        await JoinAsync(_nodes[1].OpenTable(), 20);
        await using var stranger = await TestNode.StartAsync(9, new(ClusterKey.NewRandom(), TimeProvider.System));
        stranger.Elect(1, _nodes[0], _nodes);

        var reading = stranger.OpenTable().ReadAllAsync();
        stranger.Elect(99, stranger, _nodes);
        Assert.Empty((await reading.WaitAsync(Limit)).Members);
        Assert.All(_nodes, node => Assert.DoesNotContain(99ul, node.Learnt));
    }

    [Fact]
    public async Task Read_OwnNodeIsMasterAndNotReady_IsNotCalledSilent()
    {
        var log = new RecordingLogger();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        await using var node = await TestNode.StartAsync(4, _ring, logs);
        // Listens and answers nothing, so that the take-over waits.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        node.Elect(new Master(node.Id, 1, node.TablePort, IsSelf: true), new LivingPeer
        {
            Node = _nodes[0].Id, Boot = 1, Addresses = [IPAddress.Loopback], Ports = new(0, 0, (ushort)((IPEndPoint)silent.LocalEndpoint).Port),
            Summary = default, Election = new() { Term = 0 },
        });
        using var cancel = new CancellationTokenSource();
        var reading = node.OpenTable().ReadAllAsync(cancel.Token);

        await log.WaitAsync("this node is master of term 1 and does not serve the membership table yet");

        Assert.Equal(0, log.Count("no answer from master"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Limit));
    }

    [Fact]
    public async Task TakeOver_FirstNode_TellsOfNoSiloInsteadOfNone()
    {
        var log = new RecordingLogger();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        await using var node = await TestNode.StartAsync(4, _ring, logs);

        node.Elect(1, node);

        await log.WaitAsync("no silo yet, from 1 of 1 nodes");
    }

    private void Elect(ulong term, int master, int[]? living = null)
    {
        var nodes = (living ?? [0, 1, 2]).Select(index => _nodes[index]).ToList();
        foreach (var node in nodes)
        {
            node.Elect(term, _nodes[master], nodes);
        }
    }

    private static async Task JoinAsync(IMembershipTable table, int port)
    {
        while (!await table.InsertRowAsync(Entry(port), (await table.ReadAllAsync().WaitAsync(Limit)).Version.Next()).WaitAsync(Limit))
        {
        }
    }

    private static IEnumerable<int> Ports(MembershipTableData table) => table.Members.Select(member => member.Item1.SiloAddress.Endpoint.Port).Order();

    private static MembershipEntry Entry(int port, SiloStatus status = SiloStatus.Active) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, port, 1),
        Status = status,
        SiloName = "silo",
        HostName = "host",
        StartTime = DateTime.UnixEpoch,
        IAmAliveTime = DateTime.UnixEpoch,
        SuspectTimes = [],
    };

    private static Task WaitAsync(Func<bool> condition, string step) => Eventually.HoldsAsync(condition, step, Limit);
}
