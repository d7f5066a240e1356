using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Jobs;

/// <summary>Which nodes take work, what they did, and which of them are in quarantine. Plain state of the job grain; one caller at a time.</summary>
internal sealed class NodeTable(LeaseOptions options, TimeProvider clock)
{
    /// <summary>Peers report every 2 s, paused ones too: one that is silent this long is lost even if its silo is not.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a lost node is still shown. A node in quarantine stays: it must not come back as if nothing had happened.
    /// </summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>
    /// Nodes in the table whose silo is not in the cluster: lost ones that are still shown, and those whose calls came before the news of
    /// their silo. Others are not admitted, because anybody can invent ids.
    /// </summary>
    public const int MostStrangers = 64;

    private readonly Dictionary<NodeId, Node> _nodes = [];
    private readonly HashSet<NodeId> _members = [];
    private readonly Work _total = new(clock);

    /// <summary>Of <see cref="_nodes"/> those not in <see cref="_members"/>.</summary>
    private int _strangers;

    /// <summary>Those to send work to, and their rates.</summary>
    public IEnumerable<(NodeId Node, HashRate Rate)> Workers => _nodes.Where(pair => pair.Value.TakesWork).Select(pair => (pair.Key, pair.Value.Rate));

    /// <summary>A node asks for work.</summary>
    /// <returns>False: it gets none.</returns>
    public bool Join(NodeId node, HashRate rate)
    {
        if (Seen(node, rate) is not { } entry)
        {
            return false;
        }

        entry.Wants = true;
        return entry.TakesWork;
    }

    /// <summary>A node tells how it is.</summary>
    /// <returns>True: it works, which was not known, so it should be sent work.</returns>
    public bool Report(WorkReport report)
    {
        if (Seen(report.Peer, report.Rate) is not { } entry)
        {
            return false;
        }

        entry.Work.Hashes.Add(report.HashesDone);
        _total.Hashes.Add(report.HashesDone);
        var tookWork = entry.TakesWork;
        entry.Wants = report.State switch
        {
            PeerState.Idle or PeerState.Preparing or PeerState.Mining => true,
            PeerState.Draining or PeerState.Drained => false,
            _ => entry.Wants,
        };
        return entry.TakesWork && !tookWork;
    }

    /// <summary>A node takes no more work; its silo may go on.</summary>
    public void Leave(NodeId node)
    {
        if (_nodes.TryGetValue(node, out var entry))
        {
            entry.Wants = false;
        }
    }

    /// <summary>A node's silo has left the cluster. Its calls that are still on their way count for nothing until it is back.</summary>
    /// <returns>False: it was not known.</returns>
    public bool Lose(NodeId node)
    {
        if (_members.Remove(node) && _nodes.ContainsKey(node))
        {
            _strangers++;
        }

        if (!_nodes.TryGetValue(node, out var entry) || entry.Gone)
        {
            return false;
        }

        entry.Gone = true;
        return true;
    }

    /// <summary>A node's silo has joined the cluster.</summary>
    public void Return(NodeId node)
    {
        var isNew = _members.Add(node);
        if (_nodes.TryGetValue(node, out var entry))
        {
            entry.Gone = false;
            _strangers -= isNew ? 1 : 0;
        }
    }

    /// <summary>Whether a node's calls count: it is known, a member, or there is room for one more that is not.</summary>
    public bool Admits(NodeId node) => _nodes.ContainsKey(node) || _members.Contains(node) || _strangers < MostStrangers;

    /// <summary>Ends the work of nodes that were silent for too long, and forgets those lost long ago. Returns the former.</summary>
    public IReadOnlyList<NodeId> Sweep()
    {
        var silent = _nodes.Where(pair => pair.Value is { Wants: true, Gone: false } && Silence(pair.Value) > LongestSilence)
            .Select(pair => pair.Key).ToArray();
        foreach (var node in silent)
        {
            _nodes[node].Wants = false;
        }

        foreach (var (node, entry) in _nodes.Where(pair => !pair.Value.Quarantined && Silence(pair.Value) > KeptFor(pair.Key, pair.Value)).ToArray())
        {
            _nodes.Remove(node);
            _strangers -= _members.Contains(node) ? 0 : 1;
        }

        return silent;
    }

    public bool Knows(NodeId node) => _nodes.ContainsKey(node);

    public bool IsQuarantined(NodeId node) => _nodes.TryGetValue(node, out var entry) && entry.Quarantined;

    /// <returns>False: it was already in quarantine, or it cannot be a node of this cluster.</returns>
    public bool Quarantine(NodeId node)
    {
        if (Get(node) is not { Quarantined: false } entry)
        {
            return false;
        }

        return entry.Quarantined = true;
    }

    /// <returns>False: it was not in quarantine.</returns>
    public bool Release(NodeId node)
    {
        if (!IsQuarantined(node))
        {
            return false;
        }

        _nodes[node].Quarantined = false;
        _nodes[node].WrongHashes.Clear();
        return true;
    }

    /// <summary>The node's current state of work; null if it is not known or takes none.</summary>
    public HashRate? RateOfWorker(NodeId node) => _nodes.TryGetValue(node, out var entry) && entry.TakesWork ? entry.Rate : null;

    /// <summary>Counts a share for its node.</summary>
    public void Count(NodeId node, ShareOutcome outcome)
    {
        _total.Shares.Count(outcome);
        if (_nodes.TryGetValue(node, out var entry))
        {
            entry.Work.Shares.Count(outcome);
            entry.Accepted += outcome == ShareOutcome.Accepted ? 1 : 0;
        }
    }

    /// <summary>What an accepted share was worth; see <see cref="ShareTally.Credit"/>.</summary>
    public void Credit(NodeId node, double asked, double reached)
    {
        _total.Shares.Credit(asked, reached);
        if (_nodes.TryGetValue(node, out var entry))
        {
            entry.Work.Shares.Credit(asked, reached);
        }
    }

    public ClusterCounts GetCounts() => new()
    {
        Age = _total.Shares.Read().Age,
        Total = _total.Read(),
        Nodes = [.. _nodes.OrderBy(pair => pair.Key).Select(pair => new NodeCounts { Node = pair.Key, Work = pair.Value.Work.Read() })],
    };

    /// <summary>Counts a wrong hash.</summary>
    /// <returns>How many there were in all, and whether this one is the last that is tolerated.</returns>
    public (long Count, bool TooMany) WrongHash(NodeId node)
    {
        if (Get(node) is not { } entry)
        {
            return (1, false);
        }

        entry.Invalid++;
        entry.WrongHashes.Enqueue(clock.GetTimestamp());
        while (clock.GetElapsedTime(entry.WrongHashes.Peek()) > options.WrongHashWindow)
        {
            entry.WrongHashes.Dequeue();
        }

        return (entry.Invalid, entry.WrongHashes.Count >= options.WrongHashLimit);
    }

    public IReadOnlyList<NodeWork> GetStatus() =>
    [
        .. _nodes.OrderBy(pair => pair.Key).Select(pair => new NodeWork
        {
            Node = pair.Key,
            TakesWork = pair.Value.TakesWork,
            Gone = pair.Value.Gone,
            Quarantined = pair.Value.Quarantined,
            Rate = pair.Value.Rate,
            HashesDone = pair.Value.Work.Hashes.Total,
            Accepted = pair.Value.Accepted,
            Invalid = pair.Value.Invalid,
            Silent = Silence(pair.Value),
        }),
    ];

    private Node? Seen(NodeId node, HashRate rate)
    {
        if (Get(node) is not { } entry)
        {
            return null;
        }

        (entry.Rate, entry.LastSeen) = (rate, clock.GetTimestamp());
        return entry;
    }

    /// <summary>Null: it is not admitted.</summary>
    private Node? Get(NodeId node)
    {
        if (_nodes.TryGetValue(node, out var entry) || !Admits(node))
        {
            return entry;
        }

        _strangers += _members.Contains(node) ? 0 : 1;
        return _nodes[node] = new(clock) { LastSeen = clock.GetTimestamp() };
    }

    /// <summary>A node that never was a member, and no longer even asks for work, is of no interest.</summary>
    private TimeSpan KeptFor(NodeId node, Node entry) => entry.Gone || _members.Contains(node) ? Remembered : LongestSilence;

    private TimeSpan Silence(Node node) => clock.GetElapsedTime(node.LastSeen);

    private sealed class Node(TimeProvider clock)
    {
        public Work Work { get; } = new(clock);

        public HashRate Rate { get; set; }

        public long LastSeen { get; set; }

        public bool Wants { get; set; }

        public bool Gone { get; set; }

        public bool Quarantined { get; set; }

        public bool TakesWork => Wants && !Quarantined && !Gone;

        public long Accepted { get; set; }

        public long Invalid { get; set; }

        public Queue<long> WrongHashes { get; } = new();
    }

    private sealed class Work(TimeProvider clock)
    {
        public ShareTally Shares { get; } = new(clock);

        public RateWindows Hashes { get; } = new(clock);

        public WorkCounts Read()
        {
            var shares = Shares.Read();
            return new()
            {
                Shares = shares.Shares, Credited = shares.Credited, Best = shares.Best, SinceAccepted = shares.SinceAccepted,
                Hashes = Hashes.Total, Rates = Hashes.Read(),
            };
        }
    }
}
