using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

/// <summary>Counters of the table port at their ends: none that a member makes up is kept, or stops a table.</summary>
public sealed class TableLeapTests : IDisposable
{
    private const ulong Known = 7;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-leap-").FullName;
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private readonly TestKit.RecordingLogger _lines = new();
    private readonly Mastership _mastership = new(NullLogger<Mastership>.Instance) { HighestTerm = Known };

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(Known + CounterLimit.MaxStep + 1)]
    [InlineData(ulong.MaxValue >> 2)]
    [InlineData(ulong.MaxValue - 1)]
    [InlineData(ulong.MaxValue)]
    public async Task Request_TermThatLeaps_IsRefusedAndTheTableServedOn(ulong term)
    {
        var (server, _) = await OpenAsync();
        Assert.True(await server.TakeOverAsync(Known, [], NoPeer, CancellationToken.None));
        _mastership.TermLearnt += learnt => Assert.Fail($"learnt {learnt}");
        TableRequest[] requests = [new TableRequest.ReadAll(term), new TableRequest.HandOver(term), new TableRequest.InsertRow(term, term, 0, Row(1))];
        foreach (var request in requests)
        {
            var refusal = await Assert.ThrowsAsync<TableProtocolException>(() => server.HandleAsync(request, CancellationToken.None));
            Assert.Contains($"term {term} ", refusal.Message);
        }

        Assert.Equal(Known, (await server.HandleAsync(new TableRequest.ReadAll(Known), CancellationToken.None)).Term);
    }

    /// <summary>Readers refuse a table with more rows, so one row too many would part all silos from it.</summary>
    [Fact]
    public async Task Insert_IntoAFullTable_IsRefusedAndTheTableCanBeRead()
    {
        var (server, table) = await OpenAsync();
        Assert.True(await server.TakeOverAsync(Known, [], NoPeer, CancellationToken.None));
        const int Version = 40;
        await table.ReplaceAsync(new(Version, [.. Enumerable.Range(1, TableSnapshot.MaxRows).Select(Row)]), CancellationToken.None);

        await Assert.ThrowsAsync<TableProtocolException>(
            () => server.HandleAsync(new TableRequest.InsertRow(Known, Known, Version, Row(TableSnapshot.MaxRows + 1)), CancellationToken.None));

        var read = await server.HandleAsync(new TableRequest.ReadAll(Known), CancellationToken.None);
        Assert.Equal(TableSnapshot.MaxRows, read.Table!.Rows.Count);
    }

    [Fact]
    public async Task Request_TermWithinTheLimit_IsHeeded()
    {
        var (server, _) = await OpenAsync();
        Assert.True(await server.TakeOverAsync(Known, [], NoPeer, CancellationToken.None));

        Assert.Equal(TableOutcome.NotMaster,
            (await server.HandleAsync(new TableRequest.ReadAll(Known + CounterLimit.MaxStep), CancellationToken.None)).Outcome);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(2_000_000_000)]
    [InlineData(CounterLimit.MaxStep + 41)]
    public async Task TakeOver_VersionThatLeaps_IsLeftOutAndItsNodeNamed(int version)
    {
        var (server, table) = await OpenAsync();
        await table.ReplaceAsync(new(40, []), CancellationToken.None);
        Assert.True(await server.TakeOverAsync(Known, Peers(2), (peer, _)
            => Answer(Known, new(peer.Node == new NodeId(1) ? version : 5, [Row((int)peer.Node.Value)])), CancellationToken.None));

        Assert.Equal(50, (await table.SnapshotAsync(CancellationToken.None)).Version);
        Assert.Equal([2], (await table.SnapshotAsync(CancellationToken.None)).Rows.Select(row => row.Silo.Port));
        Assert.Equal(1, _lines.Count($"node {new NodeId(1).Short} did not hand over its table: version {version}"));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(Known + CounterLimit.MaxStep + 1)]
    public async Task TakeOver_AnswerOfATermThatLeaps_IsLeftOutAndItsNodeNamed(ulong term)
    {
        var (server, _) = await OpenAsync();
        Assert.True(await server.TakeOverAsync(Known, Peers(1), (_, _) => Answer(term, new(5, [])), CancellationToken.None));

        Assert.Equal(1, _lines.Count($"node {new NodeId(1).Short} did not hand over its table: its term {term}"));
    }

    /// <summary>As for a node that has just started and is the first of all, in a cluster that is years old.</summary>
    [Fact]
    public async Task TakeOver_OldClusterAndNothingKnownHere_BelievesWhatTwoNodesSay()
    {
        var (server, table) = await OpenAsync();
        int[] versions = [2_000_000_000, 3_000_000, 3_000_001];
        Assert.True(await server.TakeOverAsync(
            Known, Peers(3), (peer, _) => Answer(Known, new(versions[(int)peer.Node.Value - 1], [Row(9)])), CancellationToken.None));

        Assert.Equal(3_000_011, (await table.SnapshotAsync(CancellationToken.None)).Version);
        Assert.Single((await table.SnapshotAsync(CancellationToken.None)).Rows);
    }

    /// <summary>Each silo then finds itself absent and starts anew, knowing no version.</summary>
    [Fact]
    public async Task TakeOver_VersionsAtTheirEnd_BeginAnewWithAnEmptyTable()
    {
        var (server, table) = await OpenAsync();
        foreach (var end in new[] { TableSnapshot.MaxVersion, int.MaxValue })
        {
            await table.ReplaceAsync(new(end, [SiloRow.Of(Row(1).ToEntry())]), CancellationToken.None);
            Assert.True(await server.TakeOverAsync(Known + (ulong)end, [], NoPeer, CancellationToken.None));

            var after = await table.SnapshotAsync(CancellationToken.None);
            Assert.Empty(after.Rows);
            Assert.InRange(after.Version, 1, 100);
        }
    }

    [Fact]
    public async Task Insert_GenerationOfTheFuture_IsRefused()
    {
        var (server, _) = await OpenAsync();
        Assert.True(await server.TakeOverAsync(Known, [], NoPeer, CancellationToken.None));
        var version = (await server.HandleAsync(new TableRequest.ReadAll(Known), CancellationToken.None)).Table!.Version;

        await Assert.ThrowsAsync<TableProtocolException>(() => InsertAsync(int.MaxValue));
        await Assert.ThrowsAsync<TableProtocolException>(() => InsertAsync(int.MaxValue - 1));
        Assert.Equal(TableOutcome.Done, (await InsertAsync(SiloAddress.AllocateNewGeneration())).Outcome);

        Task<TableAnswer> InsertAsync(int generation) => server.HandleAsync(
            new TableRequest.InsertRow(Known, Known, version, Row(1) with { Silo = new("127.0.0.1", 1, generation) }), CancellationToken.None);
    }

    [Fact]
    public async Task File_UnderAnotherKey_CountsFromTheStart()
    {
        await (await OpenTableAsync("one")).ReplaceAsync(new(1_900_000_000, [Row(1)]), CancellationToken.None);

        var other = await OpenTableAsync("two");
        Assert.Equal(0, (await other.SnapshotAsync(CancellationToken.None)).Version);
        Assert.Empty((await other.SnapshotAsync(CancellationToken.None)).Rows);

        // Of the former cluster nothing is left once this one has a table.
        await other.ReplaceAsync(new(1, []), CancellationToken.None);
        Assert.Equal(0, (await (await OpenTableAsync("one")).SnapshotAsync(CancellationToken.None)).Version);
    }

    [Fact]
    public async Task Read_MasterWhoseVersionLeaps_IsNotBelievedByThoseWhoKnowALowerOne()
    {
        var ring = new ClusterKeyRing(ClusterKey.NewRandom(), TimeProvider.System);
        await using var honest = await TestNode.StartAsync(1, ring);
        await using var knowing = await TestNode.StartAsync(2, ring);
        await using var fresh = await TestNode.StartAsync(3, ring);
        honest.Elect(1, honest);
        knowing.Elect(1, honest, honest);
        var known = await knowing.OpenTable().ReadAllAsync().WaitAsync(Limit);

        var (server, table) = await OpenAsync();
        await table.ReplaceAsync(new(CounterLimit.MaxStep + 100, []), CancellationToken.None);
        Assert.True(await server.TakeOverAsync(2, [], NoPeer, CancellationToken.None));
        await using var rogue = new TableListener(
            new(System.Net.IPAddress.Loopback, 0), honest.Tls, server, (_, _, _, _) => new(0, []), TimeProvider.System, Log<TableListener>());
        var decision = new Master(honest.Id, 2, rogue.EndPoint, IsSelf: false);
        knowing.Elect(decision);
        fresh.Elect(decision);
        var reading = knowing.OpenTable().ReadAllAsync();
        Assert.True((await fresh.OpenTable().ReadAllAsync().WaitAsync(Limit)).Version.Version > CounterLimit.MaxStep);

        honest.Elect(3, honest);
        knowing.Elect(3, honest, honest);
        Assert.InRange((await reading.WaitAsync(Limit)).Version.Version, known.Version.Version, 100);
    }

    private static Task<TableAnswer> NoPeer(TablePeer peer, TableRequest.HandOver request) => throw new IOException("no peer");

    private static Task<TableAnswer> Answer(ulong term, TableSnapshot table)
        => Task.FromResult(new TableAnswer(TableOutcome.Done, term, table, table.Rows.Count > 0 ? table.Rows[0].Silo : null));

    private static List<TablePeer> Peers(int count)
        => [.. Enumerable.Range(1, count).Select(id => new TablePeer(new((ulong)id), new(System.Net.IPAddress.Loopback, 1)))];

    private static SiloRow Row(int port) => new(new("127.0.0.1", port, 1), SiloStatus.Active, "silo", "host", 0, DateTime.UnixEpoch, DateTime.UnixEpoch, []);

    private async Task<(TableServer Server, SqliteMembershipTable Table)> OpenAsync()
    {
        var table = await OpenTableAsync("cluster");
        return (new(table, new SiloView(), _mastership, Log<TableServer>()), table);
    }

    private async Task<SqliteMembershipTable> OpenTableAsync(string cluster)
    {
        var table = new SqliteMembershipTable(new(_folder), cluster, _services, TimeProvider.System, Log<SqliteMembershipTable>());
        await table.InitializeMembershipTableAsync(true);
        return table;
    }

    private ILogger<T> Log<T>() => _lines.Of<T>();
}
