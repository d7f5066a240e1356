using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.History;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.History.Diary;

namespace P2PMiner.Silo.Tests.History;

/// <summary>Several nodes with a file each; a round of all of them is a minute.</summary>
public sealed class HistoryExchangeTests : IDisposable
{
    private static readonly NodeId A = new(1);
    private static readonly NodeId B = new(2);
    private static readonly NodeId Worker = new(3);
    private static readonly NodeId Newcomer = new(4);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly RecordingLogger _log = new();
    private readonly Dictionary<NodeId, Node> _nodes = [];
    private ulong _term;

    public void Dispose()
    {
        foreach (var node in _nodes.Values)
        {
            node.Store.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
            node.Store.Dispose();
            node.Exchange.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Round_EachMinute_AllThatMayBeMasterHaveEverything()
    {
        Start3();
        Elect(A);
        await MinutesAsync(5);

        var all = await DiaryOf(A);
        Assert.Equal(4 * 5, all.Split('\n').Count(line => line.StartsWith("HistorySample", StringComparison.Ordinal)));
        Assert.Equal(all, await DiaryOf(B));
        Assert.Equal([Worker], (await _nodes[Worker].Store.GetNodesAsync()).Select(known => known.Node));
    }

    [Fact]
    public async Task Round_MasterIsKilled_TheOtherGoesOnWithThePastAndNothingTwice()
    {
        Start3();
        Elect(A);
        await MinutesAsync(5);
        _nodes[A].IsAlive = false;
        Elect(B);
        await MinutesAsync(5);

        var cluster = await _nodes[B].Store.ReadAsync(null, Start, Start.AddDays(1), HistoryStep.Minute);
        Assert.Equal(Enumerable.Range(0, 10), cluster.Select(sample => (int)(sample.Start - Start).TotalMinutes));
        Assert.Equal(5, (await _nodes[B].Store.ReadAsync(A, Start, Start.AddDays(1), HistoryStep.Minute)).Count);
        Assert.Equal(10, (await _nodes[B].Store.ReadAsync(Worker, Start, Start.AddDays(1), HistoryStep.Minute)).Count);
        Assert.All(cluster, sample => Assert.Equal(6000, sample.Hashes));

        // It comes back, and is told what it missed.
        _nodes[A].IsAlive = true;
        Elect(B);
        await MinutesAsync(1);
        Assert.Equal(await DiaryOf(B), await DiaryOf(A));
        Assert.Equal(["master 1", "master 2", "master 2"], (await _nodes[A].Store.ReadEventsAsync(Start, Start.AddDays(1))).Select(one => one.Text));
    }

    [Fact]
    public async Task Round_NewNode_GetsThePastByPagesAndPassesItOnWhenItIsMaster()
    {
        Start3();
        Elect(A);
        foreach (var minute in Minutes(null, Start.AddMinutes(-1200), 1200))
        {
            _nodes[A].Store.Add(minute);
        }

        _nodes[A].Store.Flush();
        Make(Newcomer, mayBeMaster: true);
        Elect(A);
        await MinutesAsync(2);

        Assert.Equal(1202, (await _nodes[Newcomer].Store.ReadAsync(null, Start.AddDays(-1), Start.AddDays(1), HistoryStep.Minute)).Count);
    }

    [Fact]
    public async Task Round_MastersOfTwoParts_GiveEachOtherWhatTheyHaveOnceTheyMeet()
    {
        Start3();
        Elect(A, without: B);
        await MinutesAsync(3);
        Elect(A);
        await MinutesAsync(2);

        Assert.Equal(5, (await _nodes[A].Store.ReadAsync(B, Start, Start.AddDays(1), HistoryStep.Minute)).Count);
        Assert.Equal(await DiaryOf(A), await DiaryOf(B));
    }

    [Fact]
    public async Task Round_NodeOfAVersionWithoutHistory_IsLeftOut()
    {
        Start3();
        _nodes[Worker].Answers = () => throw new ArgumentException("no such grain");
        _nodes[B].Answers = () => throw new OrleansException("node is not in the cluster");
        Elect(A);
        await MinutesAsync(3);

        Assert.Equal([A], (await _nodes[A].Store.GetNodesAsync()).Select(known => known.Node));
        Assert.Equal(3, (await _nodes[A].Store.ReadAsync(null, Start, Start.AddDays(1), HistoryStep.Minute)).Count);
        Assert.All(_log.Entries, entry => Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Debug, entry.Level));
    }

    [Fact]
    public async Task Round_NodeKeepsNoHistory_IsAskedInVain()
    {
        Start3();
        _nodes[Worker].Answers = () => HistoryPage.None;
        Elect(A);
        await MinutesAsync(2);

        Assert.Equal([A, B], (await _nodes[A].Store.GetNodesAsync()).Select(known => known.Node));
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData("00:00:00", true, 5)]
    [InlineData("00:00:05", true, 60)]
    [InlineData("00:00:59", true, 6)]
    [InlineData("00:00:16", false, 59)]
    public void UntilRound_AnyMoment_IsTheNextOne(string time, bool isMaster, int seconds)
        => Assert.Equal(seconds, HistoryExchange.UntilRound(Start + TimeSpan.Parse(time, null), isMaster).TotalSeconds);

    private void Start3()
    {
        Make(A, mayBeMaster: true);
        Make(B, mayBeMaster: true);
        Make(Worker, mayBeMaster: false);
    }

    private void Make(NodeId id, bool mayBeMaster)
    {
        var store = new HistoryStore(new(Path.Combine(_folder.Path, id.ToString())), new(id), new(), _clock, _log.Of<HistoryStore>());
        var mastership = new Mastership(NullLogger<Mastership>.Instance);
        _nodes[id] = new(id, mayBeMaster, store, mastership, new(
            new(id), mayBeMaster, mastership, store, new(), new Peers(this), new QuickClock(_clock), _log.Of<HistoryExchange>()));
    }

    /// <summary>For all that live; a part of the cluster may be left out, which then has a master of its own.</summary>
    private void Elect(NodeId master, NodeId? without = null)
    {
        _term++;
        foreach (var node in _nodes.Values.Where(node => node.IsAlive))
        {
            var own = node.Id == without ? node.Id : master;
            var peers = node.Id == without ? [] : _nodes.Values.Where(other => other.IsAlive && other.Id != node.Id && other.Id != without);
            node.Mastership.Publish(
                default, new(own, _term, new(IPAddress.Loopback, 1), own == node.Id), peers.ToImmutableSortedDictionary(other => other.Id, LivingOf));
        }

        _nodes[master].Store.Add(EventKind.Master, $"master {master.Value}", master);
    }

    private async Task MinutesAsync(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            var start = _clock.GetUtcNow();
            _clock.Advance(TimeSpan.FromMinutes(1));
            var living = _nodes.Values.Where(node => node.IsAlive).ToArray();
            foreach (var node in living)
            {
                node.Store.Add(Minute(node.Id, start));
                if (node.Mastership.Current.Master!.IsSelf)
                {
                    node.Store.Add(Minute(null, start, 6000));
                }

                node.Store.Flush();
            }

            foreach (var node in living.OrderByDescending(node => node.Mastership.Current.Master!.IsSelf))
            {
                await node.Exchange.RoundAsync(CancellationToken.None);
            }
        }
    }

    private async Task<string> DiaryOf(NodeId node)
    {
        var (store, end) = (_nodes[node].Store, Start.AddDays(1));
        var lines = new List<object>(await store.ReadAsync(null, Start, end, HistoryStep.Minute));
        foreach (var known in await store.GetNodesAsync())
        {
            lines.Add(known.Node);
            lines.AddRange(await store.ReadAsync(known.Node, Start, end, HistoryStep.Minute));
        }

        lines.AddRange(await store.ReadEventsAsync(Start, end));
        return string.Join('\n', lines);
    }

    private static LivingPeer LivingOf(Node node) => new()
    {
        Node = node.Id, Boot = 1, Addresses = [IPAddress.Loopback], Ports = default, Summary = default,
        Election = new() { Term = 1, MayBeMaster = node.MayBeMaster },
    };

    private sealed record Node(NodeId Id, bool MayBeMaster, HistoryStore Store, Mastership Mastership, HistoryExchange Exchange)
    {
        public bool IsAlive { get; set; } = true;

        public Func<HistoryPage>? Answers { get; set; }
    }

    private sealed class Peers(HistoryExchangeTests cluster) : IHistoryPeers
    {
        public async Task<HistoryPage> ReadAsync(NodeId node, HistoryAsk ask, CancellationToken cancellation)
        {
            var server = cluster._nodes[node];
            if (!server.IsAlive)
            {
                throw new OrleansException("it is dead");
            }

            var page = server.Answers is { } answer ? answer() : await server.Store.ReadAsync(ask);
            Assert.Null(page.FindFault());
            return page;
        }
    }

    /// <summary>The same time, in which no wait takes any.</summary>
    private sealed class QuickClock(FakeTimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => System.CreateTimer(callback, state, dueTime <= HistoryExchange.BetweenPages ? TimeSpan.Zero : dueTime, period);
    }
}
