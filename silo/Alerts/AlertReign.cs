using System.Security.Cryptography;
using System.Text;
using P2PMiner.Alerts;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// What this node tells its owner while it is master, by settings that do not change meanwhile. One caller at a time; its sinks work beside it. Disposed of as
/// soon as another is master: what no sink has taken by then, that one finds out for itself.
/// </summary>
internal sealed class AlertReign : IAsyncDisposable
{
    /// <summary>After a minute's end, when the nodes' samples of it are here.</summary>
    private static readonly TimeSpan SamplesComeAfter = TimeSpan.FromSeconds(20);

    /// <summary>How often it is read anew what is usual: a day of samples of each node.</summary>
    private static readonly TimeSpan UsualLasts = TimeSpan.FromHours(1);

    /// <summary>A node that is missing for longer no longer counts for the heartbeat: it may have been taken away.</summary>
    private static readonly TimeSpan MissedFor = TimeSpan.FromHours(1);

    private readonly NodeId _self;
    private readonly AlertDesk _desk;
    private readonly IHistory _history;
    private readonly AlertSinks _sinks;
    private readonly Func<IReadOnlyList<AlertChange>, Task> _told;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    private readonly AlertBook _book;
    private readonly SettledValue _master;
    private readonly SettledValue _pools;
    private readonly IReadOnlySet<string> _on;
    private readonly HashSet<NodeId> _expected;
    private readonly Dictionary<NodeId, (UsualWork Work, long ReadAt)> _usual = [];
    private readonly IReadOnlyList<SinkQueue> _queues;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _sending;
    private readonly long _begun;
    private IReadOnlyDictionary<NodeId, string> _names = new Dictionary<NodeId, string>();
    private IReadOnlyList<Verdict> _past = [];
    private long _pastMinute;
    private DateTimeOffset? _summary;
    private volatile bool _isWell = true;
    private volatile string? _beatFailure;

    /// <param name="former">The master before, as far as it is known.</param>
    /// <param name="expected">Nodes that were there a moment ago.</param>
    /// <param name="told">Called when the owner was told, by at least one sink; on any thread.</param>
    public AlertReign(
        NodeId self, AlertSettings settings, AlertSinks sinks, NodeId? former, IEnumerable<NodeId> expected, AlertDesk desk, IHistory history,
        Func<IReadOnlyList<AlertChange>, Task> told, TimeProvider clock, ILogger log)
    {
        (_self, Settings, _sinks, _desk, _history, _told, _clock, _log) = (self, settings, sinks, desk, history, told, clock, log);
        (_book, _master, _pools, _begun) = (new(clock), new(clock), new(clock), clock.GetTimestamp());
        (_on, _expected) = (RuleList.On(settings), [.. expected, self]);
        if (former is { } before)
        {
            _master.Learn(before.ToString());
        }

        _queues = [.. sinks.Messages.Select(sink => new SinkQueue(sink, Accept, clock, log))];
        var tasks = _queues.Select(queue => Task.Run(() => queue.RunAsync(_ending.Token)));
        _sending = Task.WhenAll(sinks.Heartbeat is { } heartbeat ? tasks.Append(Task.Run(() => BeatAsync(heartbeat))) : tasks);
    }

    public AlertSettings Settings { get; }

    /// <summary>Any thread.</summary>
    public IReadOnlyList<AlertSinkStatus> GetSinks() =>
    [
        .. _queues.Select(queue => queue.GetStatus()),
        .. _sinks.Heartbeat is { } heartbeat
            ? (AlertSinkStatus[])[new() { Sink = heartbeat.Name, Where = heartbeat.Where, Failure = _beatFailure }] : [],
    ];

    /// <summary>Some times a minute.</summary>
    public async Task LookAsync(ClusterLook look)
    {
        var told = _desk.Told;
        var present = look.Present;
        _expected.UnionWith(told.Where(one => one is { Rule: AlertRule.NodeLost, IsOpen: true }).Select(one => one.Node).OfType<NodeId>());
        _expected.UnionWith(present);
        await ReadPastAsync(present);
        _book.Learn(told.Where(one => _on.Contains(one.Rule)));

        // A node that is missing is not hot or slow besides.
        var past = _past.Where(verdict => verdict.Node is not { } node || present.Contains(node));
        List<AlertChange> changes = [.. _book.Look([.. look.Judge(Settings, _expected, NameOf), .. past]), .. News(look, told)];
        if (_clock.GetElapsedTime(_begun) >= AlertBook.Settled)
        {
            changes.AddRange(await SummaryAsync(present.Count, told));
        }

        _isWell = !_book.Open.Any(key => Matters(key, present, told));
        if (changes.Count > 0)
        {
            await SendAsync(AlertMessage.Of(changes));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _sending;
        _ending.Dispose();
        _sinks.Dispose();
    }

    /// <summary>A digest: the list itself may be long.</summary>
    internal static string DigestOf(PoolStatus pool) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', pool.Pools))));

    private List<AlertChange> News(ClusterLook look, IReadOnlyList<ToldAlert> told)
    {
        var news = new List<AlertChange>();
        if (Settings.MasterChanged)
        {
            Look(_master, AlertRule.Master, _self.ToString(), former =>
                $"node {NameOf(_self)} is master now{(NodeId.TryParse(former, out var node) ? $", instead of node {NameOf(node)}" : "")}");
        }

        if (Settings.PoolsChanged && look.Pool is { Pools.Count: > 0 } pool)
        {
            Look(_pools, AlertRule.Pools, DigestOf(pool), _ => $"the pools were changed; now: {string.Join(", ", pool.Pools)}");
        }

        return news;

        void Look(SettledValue known, string rule, string value, Func<string, string> text)
        {
            if (told.FirstOrDefault(one => one.Rule == rule)?.Value is { } last)
            {
                known.Learn(last);
            }

            if (known.HasSettled(value, out var former))
            {
                var change = new AlertChange(rule, null, AlertChangeKind.News, former is null ? "" : text(former), _clock.GetUtcNow(), value);
                if (former is not null)
                {
                    news.Add(change);
                }
                else
                {
                    // The first that is known is no news; but the next master must know it.
                    _desk.Record([change]);
                }
            }
        }
    }

    private async Task<IEnumerable<AlertChange>> SummaryAsync(int present, IReadOnlyList<ToldAlert> told)
    {
        var now = TimeZoneInfo.ConvertTime(_clock.GetUtcNow(), _clock.LocalTimeZone);
        var last = told.FirstOrDefault(one => one.Rule == AlertRule.Summary)?.Time;
        if (!DailySummary.IsDue(Settings.SummaryHour, now, _summary > last || last is null ? _summary : last))
        {
            return [];
        }

        _summary = now;
        var samples = await _history.ReadAsync(null, now - DailySummary.Span, now, HistoryStep.TenMinutes);
        return [DailySummary.Of(samples, present, _expected.Count, _book.Open.Count(), now)];
    }

    /// <summary>Each minute, what the samples say.</summary>
    private async Task ReadPastAsync(IReadOnlyCollection<NodeId> present)
    {
        var now = _clock.GetUtcNow();
        var minute = HistoryStep.Minute.BucketOf((now - SamplesComeAfter).ToUnixTimeSeconds());
        if (minute == _pastMinute)
        {
            return;
        }

        _pastMinute = minute;
        _names = (await _history.GetNodesAsync()).Where(known => known.HostName.Length > 0).ToDictionary(known => known.Node, known => known.HostName);
        var look = new PastLook(Settings, NameOf, now);
        var needsUsual = Settings.RateBelowPercent > 0 || Settings.HugePagesMissing;
        var verdicts = new List<Verdict>();
        foreach (var node in present)
        {
            var minutes = await _history.ReadAsync(node, now - PastLook.SpanOf(Settings), now, HistoryStep.Minute);
            verdicts.AddRange(look.Judge(node, minutes, needsUsual && minutes is [.., var latest] ? await UsualAsync(node, latest, now) : null));
        }

        verdicts.AddRange(look.JudgeCluster(await _history.ReadAsync(null, now - PastLook.ClusterSpan, now, HistoryStep.Minute)));
        _past = verdicts;
    }

    private async Task<UsualWork> UsualAsync(NodeId node, HistorySample latest, DateTimeOffset now)
    {
        // While it is slow, what is usual stays what it was: otherwise slowness itself would become it.
        if (_usual.TryGetValue(node, out var known) && known.Work.IsOf(latest)
            && (_book.Open.Contains(new(AlertRule.Rate, node)) || _clock.GetElapsedTime(known.ReadAt) < UsualLasts))
        {
            return known.Work;
        }

        var work = UsualWork.Of(await _history.ReadAsync(node, now - UsualWork.Span, now - Settings.RateBelowFor, HistoryStep.TenMinutes), latest);
        _usual[node] = (work, _clock.GetTimestamp());
        return work;
    }

    private bool Matters(AlertKey key, HashSet<NodeId> present, IReadOnlyList<ToldAlert> told)
        => key.Node is not { } node || present.Contains(node)
            || (key.Rule == AlertRule.NodeLost
                && !(_clock.GetUtcNow() - told.FirstOrDefault(one => one.Rule == key.Rule && one.Node == key.Node)?.Time > MissedFor));

    private async Task SendAsync(AlertMessage message)
    {
        if (_queues.Count == 0)
        {
            await _told(message.Changes);
        }

        foreach (var queue in _queues)
        {
            queue.Add(message);
        }
    }

    /// <summary>The first sink that takes a message has told the owner.</summary>
    private Task Accept(AlertMessage message) => message.IsToldFirst() ? _told(message.Changes) : Task.CompletedTask;

    private async Task BeatAsync(Heartbeat heartbeat)
    {
        try
        {
            while (true)
            {
                var answer = await heartbeat.BeatAsync(_isWell, _ending.Token);
                if (answer.Reason is { } reason && _beatFailure is null)
                {
                    _log.SinkFails(heartbeat.Name, heartbeat.Where, reason, "it is tried again");
                }
                else if (answer.IsTaken && _beatFailure is not null)
                {
                    _log.SinkTakesAgain(heartbeat.Name, heartbeat.Where);
                }

                _beatFailure = answer.Reason;
                await Task.Delay(Heartbeat.Period, _clock, _ending.Token);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Another is master, or the end.
        }
    }

    private string NameOf(NodeId node) => _names.TryGetValue(node, out var host) ? $"{node.Short} ({OutsideText.Clean(host, 40)})" : node.Short;
}
