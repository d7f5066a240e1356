using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Discovery.Tests;

/// <summary>
/// Runs elections of several nodes in virtual time through a schedule of faults, then through a quiet time in which messages flow within the
/// final groups. Checks at every step what must always hold; the tests ask for the rest.
/// </summary>
internal sealed class ElectionSimulation
{
    public static readonly ElectionTiming Timing = new DiscoveryOptions().GetTiming();

    private static readonly TimeSpan QuietDelay = TimeSpan.FromMilliseconds(50);

    private readonly Schedule _schedule;
    private readonly Random _random;
    private readonly PriorityQueue<Action, (TimeSpan, long)> _events = new();
    private readonly Node[] _nodes;
    private long _order;
    private TimeSpan _now;

    public ElectionSimulation(Schedule schedule)
    {
        _schedule = schedule;
        _random = new(schedule.Seed);
        _nodes = [.. schedule.Modes.Select((mode, i) => new Node(i, mode, schedule.Who(i), _random))];
        foreach (var node in _nodes)
        {
            var born = TimeSpan.FromMilliseconds(_random.Next(5000));
            At(born, () => Start(node));
        }

        foreach (var fault in schedule.Faults)
        {
            var node = _nodes[fault.Node % _nodes.Length];
            switch (fault.Kind)
            {
                case FaultKind.Stall:
                    At(fault.At, () => node.StalledUntil = fault.At + fault.Duration);
                    At(fault.At + fault.Duration, () => Resume(node));
                    break;
                case FaultKind.Restart:
                    At(fault.At, () => node.Election = null);
                    At(fault.At + fault.Duration, () => Start(node));
                    break;
            }
        }
    }

    /// <summary>(when, node, decision), in order.</summary>
    public List<(TimeSpan At, int Node, MasterDecision Decision)> Changes { get; } = [];

    public TimeSpan Now => _now;

    public static TimeSpan QuietFrom { get; } = Schedule.ChaosEnds + TimeSpan.FromSeconds(20);

    public int Count => _nodes.Length;

    public MasterDecision Decision(int node) => _nodes[node].Election!.Decision;

    /// <summary>The nodes of each final group.</summary>
    public IEnumerable<int[]> Groups() => Enumerable.Range(0, Count).GroupBy(node => GroupOf(_schedule.FinalGroups, node)).Select(group => group.ToArray());

    /// <summary>Who must rule a final group by the rules; null: all are workers.</summary>
    public int? RightMaster(int[] group) => group.Where(node => _schedule.Modes[node] != NodeMode.Worker)
        .OrderBy(node => _schedule.Who(node).Preferred ? 0 : 1).ThenBy(node => _schedule.Who(node).Id).Cast<int?>().FirstOrDefault();

    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out _, out var next) && next.Item1 <= end)
        {
            _now = next.Item1;
            _events.Dequeue()();
        }

        _now = end;
    }

    private void At(TimeSpan time, Action action) => _events.Enqueue(action, (time, _order++));

    private void Start(Node node)
    {
        var life = ++node.Life;
        node.Waiting.Clear();
        node.Guard = new();
        node.Sequence = 0;
        node.Election = new(Timing, node.Who, node.Mode != NodeMode.Worker, node.Persisted, node.Local(_now));
        node.Last = node.Election.Decision;
        node.LastTick = _now;
        Changes.Add((_now, node.Index, node.Last));
        At(_now, () => Tick(node, life));
    }

    private void Tick(Node node, int life)
    {
        if (node.Life != life || node.Election is null)
        {
            return;
        }

        // A timer is never early and often a little late.
        At(_now + Timing.Interval * (1 + 0.1 * _random.NextDouble()), () => Tick(node, life));
        if (_now < node.StalledUntil)
        {
            return;
        }

        var before = node.Election.Decision;
        node.Election.Tick(node.Local(_now));
        AssertStallEndsMastership(node, before);
        node.LastTick = _now;
        Checked(node);
        Send(node);
    }

    private void Resume(Node node)
    {
        if (_now < node.StalledUntil || node.Election is null)
        {
            return;
        }

        foreach (var beacon in node.Waiting)
        {
            Hear(node, beacon);
        }

        node.Waiting.Clear();
    }

    private void Send(Node from)
    {
        var beacon = new Beacon
        {
            Node = from.Who.Id,
            Boot = (ulong)from.Life,
            Sequence = ++from.Sequence,
            SentUnixMs = from.Wall(_now),
            Election = from.Election!.Notice(from.Local(_now)),
            Ports = default,
            Summary = default,
        };
        foreach (var to in _nodes.Where(to => to != from && IsConnected(from.Index, to.Index)))
        {
            var quiet = _now >= QuietFrom;
            var copies = quiet ? 1 : _random.NextDouble() < _schedule.Loss ? 0 : _random.NextDouble() < _schedule.Duplication ? 2 : 1;
            for (var i = 0; i < copies; i++)
            {
                At(_now + _random.NextDouble() * (quiet ? QuietDelay : _schedule.MaxDelay), () => Deliver(to, beacon));
            }
        }
    }

    private void Deliver(Node to, Beacon beacon)
    {
        if (to.Election is null)
        {
            return;
        }

        if (_now < to.StalledUntil)
        {
            to.Waiting.Add(beacon);
            return;
        }

        Hear(to, beacon);
    }

    private void Hear(Node node, Beacon beacon)
    {
        if (node.Guard.Take(beacon, node.Wall(_now)) != BeaconRejection.None)
        {
            return;
        }

        var before = node.Election!.Decision;
        var changed = node.Election.Hear(beacon.Node, beacon.Boot, beacon.Election, node.Local(_now));
        var after = node.Election.Decision;
        Assert.Equal(before != after, changed);
        AssertStallEndsMastership(node, before);
        if (before.Role == MasterRole.Master && beacon.Election.Term > before.Term)
        {
            Assert.False(after.Role == MasterRole.Master
                && after.Term == before.Term, $"node {node.Index} keeps term {before.Term} having heard of {beacon.Election.Term}");
        }

        if (Checked(node))
        {
            Send(node);
        }
    }

    /// <summary>Whoever stood still for longer than the timeout may have been replaced, so its first act is to give the old term up.</summary>
    private void AssertStallEndsMastership(Node node, MasterDecision before)
    {
        // The node's clock runs up to 0.5 % slow or fast.
        if (_now - node.LastTick > Timing.Timeout * 1.01 && before.Role == MasterRole.Master)
        {
            Assert.NotEqual(before, node.Election!.Decision);
        }
    }

    /// <summary>What holds at every moment. True: the decision is new.</summary>
    private bool Checked(Node node)
    {
        var decision = node.Election!.Decision;
        if (decision == node.Last)
        {
            return false;
        }

        Assert.True(decision.Term >= node.Last.Term, $"term of node {node.Index} fell: {node.Last} -> {decision}");
        if (decision.Role == MasterRole.Master)
        {
            Assert.NotEqual(NodeMode.Worker, node.Mode);
            Assert.True(decision.Term > node.Persisted, $"node {node.Index} claims term {decision.Term} again");
            node.Persisted = decision.Term;
        }

        node.Last = decision;
        Changes.Add((_now, node.Index, decision));
        return true;
    }

    private bool IsConnected(int from, int to)
    {
        if (_now >= QuietFrom)
        {
            return GroupOf(_schedule.FinalGroups, from) == GroupOf(_schedule.FinalGroups, to);
        }

        return _schedule.Faults.All(fault => _now < fault.At || _now >= fault.At + fault.Duration || fault.Kind switch
        {
            FaultKind.Partition => GroupOf(fault.Groups, from) == GroupOf(fault.Groups, to),
            FaultKind.Deaf => fault.Node % Count != to,
            _ => true,
        });
    }

    private static uint GroupOf(uint groups, int node) => groups >> node & 1;

    private sealed class Node(int index, NodeMode mode, Candidate who, Random random)
    {
        private readonly double _rate = 1 + (random.NextDouble() - 0.5) / 100;
        private readonly TimeSpan _offset = TimeSpan.FromSeconds(random.Next(100_000));
        private readonly long _skewMs = random.Next(-120_000, 120_000);

        public int Index => index;

        public NodeMode Mode => mode;

        public Candidate Who => who;

        public Election? Election { get; set; }

        public ReplayGuard Guard { get; set; } = new();

        public MasterDecision Last { get; set; }

        public ulong Persisted { get; set; }

        public ulong Sequence { get; set; }

        public int Life { get; set; }

        public TimeSpan StalledUntil { get; set; }

        public TimeSpan LastTick { get; set; }

        public List<Beacon> Waiting { get; } = [];

        public TimeSpan Local(TimeSpan now) => _offset + now * _rate;

        public long Wall(TimeSpan now) => 1_700_000_000_000 + _skewMs + (long)now.TotalMilliseconds;
    }
}
