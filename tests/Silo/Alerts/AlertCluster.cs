using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Alerts;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Alerts;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Tests.History;
using P2PMiner.Silo.Tests.Terminal;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Alerts;

/// <summary>Several nodes in this process, with their alerts; the rest of them is made up. A step is a look and two words with the master.</summary>
internal sealed class AlertCluster : IAsyncDisposable
{
    public static readonly NodeId A = Of('a');
    public static readonly NodeId B = Of('b');
    public static readonly NodeId Worker = Of('c');

    private readonly Dictionary<NodeId, Node> _nodes = [];
    private readonly List<Node> _former = [];
    private ulong _term;

    public FakeTimeProvider Clock { get; } = new(new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Where the owner is told.</summary>
    public WebhookServer Owner { get; } = new();

    public RecordingLogger Log { get; } = new();

    public PoolStatus Pool { get; set; } = SamplingTests.Served();

    /// <summary>What the nodes have written down; null: nothing that one wrote has reached the others yet.</summary>
    public List<HistoryEvent>? SharedEvents { get; set; }

    public List<HistorySample> Samples { get; } = [];

    /// <summary>The master's words to the others are lost.</summary>
    public bool IsSilent { get; set; }

    public IReadOnlyList<string> Told => [.. Owner.Requests.Where(request => request.Method == "POST").Select(request => TextOf(request.Body))];

    public AlertService this[NodeId node] => _nodes[node].Service;

    public AlertDesk DeskOf(NodeId node) => _nodes[node].Desk;

    public IReadOnlyList<HistoryEvent> EventsOf(NodeId node) => _nodes[node].History.Events;

    /// <summary>A node of its own, or one that is started anew.</summary>
    public void Start(NodeId id, AlertOptions? options = null, bool mayBeMaster = true)
    {
        var mastership = new Mastership(NullLogger<Mastership>.Instance);
        var history = new FakeHistory(this, id);
        var desk = new AlertDesk(new(id), options ?? new(), mastership, Clock, Log.Of<AlertDesk>());
        var service = new AlertService(
            new(id), mayBeMaster, mastership, new Source(this), history, history, desk, new Peers(this), Clock, Log.Of<AlertService>());
        if (_nodes.TryGetValue(id, out var former))
        {
            _former.Add(former);
        }

        _nodes[id] = new(id, mayBeMaster, mastership, history, desk, service);
    }

    /// <summary>The options with which the owner is told.</summary>
    public AlertOptions Options() => new() { WebhookUrl = Owner.Url };

    public void Elect(NodeId master)
    {
        _term++;
        foreach (var node in Living)
        {
            node.Mastership.Publish(
                default, new(master, _term, new(IPAddress.Loopback, 1), node.Id == master),
                Living.Where(other => other != node).ToImmutableSortedDictionary(other => other.Id, LivingOf));
        }
    }

    /// <summary>As kill -9 does; the others notice at the next <see cref="Elect"/>.</summary>
    public Task KillAsync(NodeId node)
    {
        _nodes[node].IsAlive = false;
        return _nodes[node].Service.EndAsync();
    }

    /// <summary>It is seen no more, and the master stays.</summary>
    public async Task LoseAsync(NodeId node)
    {
        await KillAsync(node);
        Elect(Living.First().Mastership.Current.Master!.Node);
    }

    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += AlertService.LookPeriod)
        {
            Clock.Advance(AlertService.LookPeriod);
            foreach (var node in Living.ToList())
            {
                await node.Service.ShareAsync(CancellationToken.None);
                if (node.MayBeMaster)
                {
                    await node.Service.LookAsync(CancellationToken.None);
                }
            }

            // What was sent has arrived, unless the owner's server takes nothing.
            await Eventually.HoldsAsync(
                () => Living.SelectMany(node => node.Service.GetStatus().Sinks).All(sink => sink.Waiting == 0 || sink.Failure is not null), "the messages");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values.Concat(_former))
        {
            // It was never started as a service.
            await node.Service.EndAsync();
            node.Service.Dispose();
        }

        Owner.Dispose();
    }

    private static NodeId Of(char digit) => NodeId.TryParse(new string(digit, 32), out var node) ? node : default;

    private IEnumerable<Node> Living => _nodes.Values.Where(node => node.IsAlive);

    private static string TextOf(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("text").GetString()!;

    private static LivingPeer LivingOf(Node node) => new()
    {
        Node = node.Id, Boot = 1, Addresses = [IPAddress.Loopback], Ports = default, Summary = default,
        Election = new() { Term = 1, MayBeMaster = node.MayBeMaster },
    };

    private sealed record Node(NodeId Id, bool MayBeMaster, Mastership Mastership, FakeHistory History, AlertDesk Desk, AlertService Service)
    {
        public bool IsAlive { get; set; } = true;
    }

    private sealed class Peers(AlertCluster cluster) : IAlertPeers
    {
        public Task<AlertShare> ShareAsync(NodeId master, AlertShare known, CancellationToken cancellation)
        {
            Assert.Null(known.FindFault());
            var answer = Living(master).Service.Share(known);
            Assert.Null(answer.FindFault());
            return Task.FromResult(answer);
        }

        public Task TellAsync(NodeId node, IReadOnlyList<ToldAlert> told, CancellationToken cancellation)
        {
            Assert.All(told, one => Assert.Null(one.FindFault()));
            if (!cluster.IsSilent)
            {
                Living(node).Service.Hear(told);
            }

            return Task.CompletedTask;
        }

        private Node Living(NodeId node) => cluster._nodes[node] is { IsAlive: true } living ? living : throw new OrleansException("it is dead");
    }

    private sealed class Source(AlertCluster cluster) : IMinerConsoleSource
    {
        public Native.EngineStatus GetEngine() => throw new NotSupportedException();

        public ValueTask<PoolStatus> GetPoolAsync() => ValueTask.FromResult(cluster.Pool);

        public ValueTask<JobStatus> GetJobAsync() => ValueTask.FromResult(
            LineTests.Job() with { Nodes = [.. cluster.Living.Select(node => SamplingTests.Work(node.Id, 100))] });

        public Task<PeerStatus?> GetPeerAsync(NodeId node) => throw new NotSupportedException();

        public Task PauseAsync() => throw new NotSupportedException();

        public Task ResumeAsync() => throw new NotSupportedException();
    }

    private sealed class FakeHistory(AlertCluster cluster, NodeId self) : IHistory, IEventLog
    {
        private readonly List<HistoryEvent> _own = [];

        public event Action<HistoryEvent>? Happened;

        public List<HistoryEvent> Events => cluster.SharedEvents ?? _own;

        public void Add(string kind, string text, NodeId? node = null)
        {
            lock (Events)
            {
                var one = new HistoryEvent
                {
                    Source = self, Number = Events.Count + 1, UnixMs = cluster.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Kind = kind, Node = node,
                    Text = text,
                };
                Events.Add(one);
                Happened?.Invoke(one);
            }
        }

        public Task<IReadOnlyList<HistorySample>> ReadAsync(NodeId? node, DateTimeOffset from, DateTimeOffset to, HistoryStep step)
            => Task.FromResult<IReadOnlyList<HistorySample>>(
                [.. cluster.Samples.Where(sample => sample.Node == node && sample.Step == step && sample.Start >= from && sample.Start < to)]);

        public Task<IReadOnlyDictionary<NodeId, NodeTrend>> ReadTrendsAsync(DateTimeOffset from, DateTimeOffset to, int parts)
            => throw new NotSupportedException();

        public Task<IReadOnlyList<KnownNode>> GetNodesAsync() => Task.FromResult<IReadOnlyList<KnownNode>>([]);

        public Task<IReadOnlyList<HistoryEvent>> ReadEventsAsync(DateTimeOffset from, DateTimeOffset to, NodeId? node = null, int most = 1000)
        {
            lock (Events)
            {
                return Task.FromResult<IReadOnlyList<HistoryEvent>>([.. Events]);
            }
        }
    }
}
