using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Datasets;

/// <summary>
/// Decides whose request a dataset host serves next. Peers take turns, however many requests each has waiting; one peer may have
/// <see cref="QuotaOf"/> requests here and all together <see cref="CapacityOf"/>, and a peer that comes when all is full takes the place of
/// the one that has most waiting. Plain state of the grain; one caller at a time.
/// </summary>
internal sealed class HostDesk(Func<int> threads, Func<Algorithm, Seed, bool> isReady, TimeProvider clock)
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    /// <summary>Making a dataset takes many seconds; a peer that asks in vain hashes for itself meanwhile.</summary>
    private static readonly TimeSpan NotReadyRetry = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan NoThreadsRetry = TimeSpan.FromSeconds(30);

    private readonly Dictionary<NodeId, Line> _lines = [];

    /// <summary>Peers with something waiting, the next first.</summary>
    private readonly Queue<NodeId> _next = new();
    private readonly HashSet<HostTurn> _running = [];

    /// <summary>How long recent turns took.</summary>
    private TimeSpan _turn = TimeSpan.FromMilliseconds(500);

    public int Waiting { get; private set; }

    public int Running => _running.Count;

    public int Peers => _lines.Count;

    public long Refused { get; private set; }

    /// <summary>Enough to keep all threads busy over a network, and to have the next ones at hand.</summary>
    public static int QuotaOf(int threads) => 2 * threads;

    /// <summary>Of those that wait: two seconds of work or so.</summary>
    public static int CapacityOf(int threads) => 4 * threads;

    /// <summary>Completes when the turn comes, with null, or with a refusal; after null, <see cref="Leave"/> must follow.</summary>
    public Task<HostRefusal?> EnterAsync(HostTurn turn)
    {
        RefuseUnready();
        var line = _lines.GetValueOrDefault(turn.Peer);
        if (threads() == 0)
        {
            Refuse(turn, new(HostRefusalReason.NoThreads, NoThreadsRetry));
        }
        else if (!isReady(turn.Algorithm, turn.Seed))
        {
            Refuse(turn, new(HostRefusalReason.NotReady, NotReadyRetry));
        }
        else if (line?.Count >= QuotaOf(threads()))
        {
            Refuse(turn, new(HostRefusalReason.Quota, RetryAfter(line.Count)));
        }
        else if (Waiting < CapacityOf(threads()) || TryDisplace(line?.Waiting.Count ?? 0))
        {
            Add(turn);
            Start();
        }
        else
        {
            Refuse(turn, new(HostRefusalReason.Busy, RetryAfter(Waiting)));
        }

        return turn.Task;
    }

    /// <summary>The turn is over; the next one begins.</summary>
    public void Leave(HostTurn turn)
    {
        if (_running.Remove(turn))
        {
            _turn = (0.9 * _turn) + (0.1 * clock.GetElapsedTime(turn.Began));
            _lines[turn.Peer].Running--;
            Forget(turn.Peer);
        }

        RefuseUnready();
        Start();
    }

    /// <summary>Ends a peer's turns of generations below the given.</summary>
    public void Preempt(NodeId peer, ulong generation)
    {
        foreach (var turn in _running.Where(turn => turn.Peer == peer && turn.IsOlderThan(generation)).ToArray())
        {
            turn.Cancel();
        }

        // Those that wait are let through: with their token cancelled they end at once with nothing done.
        foreach (var turn in TakeOut(turn => turn.Peer == peer && turn.IsOlderThan(generation)))
        {
            turn.Cancel();
            Begin(turn);
        }
    }

    private void Add(HostTurn turn)
    {
        if (!_lines.TryGetValue(turn.Peer, out var line))
        {
            _lines[turn.Peer] = line = new();
        }

        line.Waiting.AddLast(turn);
        Waiting++;
        if (line.Waiting.Count == 1)
        {
            _next.Enqueue(turn.Peer);
        }
    }

    /// <summary>One more than there are threads, so that a thread finds the next at the engine.</summary>
    private void Start()
    {
        while (_running.Count <= threads() && _next.TryDequeue(out var peer))
        {
            if (!_lines.TryGetValue(peer, out var line) || line.Waiting.First is not { } first)
            {
                continue;
            }

            line.Waiting.RemoveFirst();
            Waiting--;
            if (line.Waiting.Count > 0)
            {
                _next.Enqueue(peer);
            }

            Begin(first.Value);
        }
    }

    private void Begin(HostTurn turn)
    {
        if (!_lines.TryGetValue(turn.Peer, out var line))
        {
            _lines[turn.Peer] = line = new();
        }

        line.Running++;
        _running.Add(turn);
        turn.Began = clock.GetTimestamp();
        turn.TrySetResult(null);
    }

    /// <summary>
    /// Makes room by refusing the latest request of the peer with most waiting, if that peer has two more than the newcomer.
    /// </summary>
    private bool TryDisplace(int waitingOfNewcomer)
    {
        var longest = _lines.Values.MaxBy(line => line.Waiting.Count);
        if (longest is null || longest.Waiting.Count < waitingOfNewcomer + 2)
        {
            return false;
        }

        var last = longest.Waiting.Last!.Value;
        longest.Waiting.RemoveLast();
        Waiting--;
        Refuse(last, new(HostRefusalReason.Busy, RetryAfter(Waiting)));
        return true;
    }

    /// <summary>After a change of the seed: requests with the old one need not wait.</summary>
    private void RefuseUnready()
    {
        foreach (var turn in TakeOut(turn => threads() == 0 || !isReady(turn.Algorithm, turn.Seed)))
        {
            Refuse(turn, new(HostRefusalReason.NotReady, NotReadyRetry));
        }
    }

    private List<HostTurn> TakeOut(Func<HostTurn, bool> isMeant)
    {
        var taken = new List<HostTurn>();
        foreach (var (peer, line) in _lines.ToArray())
        {
            for (var node = line.Waiting.First; node is not null;)
            {
                var next = node.Next;
                if (isMeant(node.Value))
                {
                    line.Waiting.Remove(node);
                    taken.Add(node.Value);
                }

                node = next;
            }

            Forget(peer);
        }

        Waiting -= taken.Count;
        if (taken.Count > 0)
        {
            // No peer may be in the order without a request, nor twice once its next request comes.
            var order = _next.Where(peer => _lines.TryGetValue(peer, out var line) && line.Waiting.Count > 0).ToArray();
            _next.Clear();
            Array.ForEach(order, _next.Enqueue);
        }

        return taken;
    }

    private void Forget(NodeId peer)
    {
        if (_lines[peer].Count == 0)
        {
            _lines.Remove(peer);
        }
    }

    private void Refuse(HostTurn turn, HostRefusal refusal)
    {
        Refused++;
        turn.TrySetResult(refusal);
    }

    private TimeSpan RetryAfter(int ahead)
    {
        var wait = _turn * ahead / Math.Max(1, threads());
        return wait < ShortestRetry ? ShortestRetry : wait > LongestRetry ? LongestRetry : wait;
    }

    /// <summary>What one peer has here.</summary>
    private sealed class Line
    {
        public LinkedList<HostTurn> Waiting { get; } = new();

        public int Running { get; set; }

        public int Count => Waiting.Count + Running;
    }
}
