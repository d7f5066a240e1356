using P2PMiner.Alerts;
using P2PMiner.Grains.Alerts;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// Tells the owner what happens to the cluster, where this node is master; on the other nodes it keeps what is needed to go on as the next master. A worker
/// only passes on its own settings.
/// </summary>
internal sealed class AlertService(
    ThisNode node, bool mayBeMaster, Mastership mastership, IMinerConsoleSource source, IHistory history, IEventLog events, AlertDesk desk, IAlertPeers peers,
    TimeProvider clock, ILogger<AlertService> log) : BackgroundService, INodeAlerts
{
    /// <summary>Between two looks: two short calls within this process each.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(10);

    /// <summary>Between two words with the master.</summary>
    public static readonly TimeSpan SharePeriod = TimeSpan.FromSeconds(5);

    /// <summary>A node that was there so lately is missed by a new master.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    private static readonly TimeSpan TestsApart = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(30);

    /// <summary>As far back as a history can go.</summary>
    private static readonly TimeSpan LongestPast = TimeSpan.FromDays(366);

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    /// <summary>When each node was last heard, by the clock that nobody sets.</summary>
    private readonly Dictionary<NodeId, long> _heard = [];

    private readonly Lock _gate = new();
    private Task<IReadOnlyList<AlertSinkStatus>>? _test;
    private long _tested;
    private volatile AlertReign? _reign;
    private Master? _master;
    private NodeId? _former;

    public AlertShare Share(AlertShare known) => desk.Share(known);

    public void Hear(IReadOnlyList<ToldAlert> told) => desk.Hear(told);

    public Task<IReadOnlyList<AlertSinkStatus>> TestAsync()
    {
        // Whoever asks meanwhile, and a moment later, gets the same answer: a member that asks without end must not fill the owner's telephone.
        lock (_gate)
        {
            if (_test is null || (_test.IsCompleted && clock.GetElapsedTime(_tested) >= TestsApart))
            {
                (_test, _tested) = (Task.Run(SendTestAsync), clock.GetTimestamp());
            }

            return _test;
        }
    }

    public AlertStatus GetStatus()
    {
        var settings = desk.Settings;
        IReadOnlySet<string> on = settings is null ? new HashSet<string>() : RuleList.On(settings);
        return new()
        {
            Origin = settings?.Origin,
            Sinks = _reign?.GetSinks() ?? [],
            Rules = settings is null ? [] : [.. RuleList.Of(settings)],
            Open = [.. desk.Told.Where(one => one.IsOpen && on.Contains(one.Rule)).OrderBy(one => one.UnixMs)],
        };
    }

    /// <summary>What is due some times a minute. Never fails because of another node.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var view = mastership.Current;
        var now = clock.GetTimestamp();
        foreach (var peer in view.Peers.Keys)
        {
            _heard[peer] = now;
        }

        if (!ReferenceEquals(view.Master, _master) || desk.Settings != _reign?.Settings)
        {
            await EndAsync();
            _former = _master is { IsSelf: false, Node: var other } ? other : _former;
            _master = view.Master;
            if (view.Master is { IsSelf: true } && desk.Settings is { } settings)
            {
                _reign = await BeginAsync(settings);
            }
        }

        if (_reign is { } reign)
        {
            await reign.LookAsync(new()
            {
                Heard = [node.Id, .. view.Peers.Keys],
                Job = await AskAsync(async () => (JobStatus?)await source.GetJobAsync(), cancellation),
                Pool = await AskAsync(async () => (PoolStatus?)await source.GetPoolAsync(), cancellation),
            });
        }
    }

    /// <summary>A word with the master. Never fails because of it.</summary>
    public async Task ShareAsync(CancellationToken cancellation)
    {
        if (mastership.Current.Master is not { IsSelf: false } master || (!mayBeMaster && !desk.IsOrigin))
        {
            return;
        }

        try
        {
            var answer = await peers.ShareAsync(master.Node, desk.Known(), cancellation).WaitAsync(AnswersWithin, clock, cancellation);
            if (mayBeMaster)
            {
                desk.Heard(answer);
            }
        }
        catch (Exception silent) when (silent is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            log.AlertsNotShared(master.Node.Short, CallFailure.Brief(silent));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            var looking = mayBeMaster ? EachAsync(LookPeriod, LookAsync, stoppingToken) : Task.CompletedTask;
            await Task.WhenAll(EachAsync(SharePeriod, ShareAsync, stoppingToken), looking);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task<IReadOnlyList<AlertSinkStatus>> SendTestAsync()
    {
        if (desk.Settings is not { } settings)
        {
            return [];
        }

        using var sinks = AlertSinks.Of(settings, desk.MailCommand, clock);
        var message = AlertMessage.Test(node.Id.Short, clock.GetUtcNow());
        return await Task.WhenAll(sinks.All.Select(async sink =>
        {
            var answer = await sink.SendAsync(message, CancellationToken.None);
            return new AlertSinkStatus { Sink = sink.Name, Where = sink.Where, Failure = answer.Reason };
        }));
    }

    private async Task EachAsync(TimeSpan period, Func<CancellationToken, Task> act, CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(period, clock, stopping);
            try
            {
                await act(stopping);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                // A fault here must not end the mining.
                log.LookFailed(error);
            }
        }
    }

    private async Task<AlertReign> BeginAsync(AlertSettings settings)
    {
        var now = clock.GetUtcNow();
        var past = await history.ReadEventsAsync(now - LongestPast, now + Lately, most: int.MaxValue);
        desk.Hear(past.Select(AlertChange.Told).OfType<ToldAlert>());

        // That this node is master now may be there already.
        var former = _former ?? past.LastOrDefault(one => one.Kind == EventKind.Master && !(one.Source == node.Id && one.Time > now - JustNow))?.Node;
        var lately = (await history.GetNodesAsync()).Where(known => known.LastSeen > (now - Lately).ToUnixTimeSeconds()).Select(known => known.Node);
        var expected = _heard.Where(pair => clock.GetElapsedTime(pair.Value) < Lately).Select(pair => pair.Key).Concat(lately);
        return new(node.Id, settings, AlertSinks.Of(settings, desk.MailCommand, clock), former, [.. expected], desk, history, RecordAsync, clock, log);
    }

    /// <summary>Sends no more.</summary>
    internal async Task EndAsync()
    {
        if (_reign is { } reign)
        {
            _reign = null;
            await reign.DisposeAsync();
        }
    }

    /// <summary>The owner was told: the others must know before they are master, and the history keeps it. What is in the log, they know.</summary>
    private async Task RecordAsync(IReadOnlyList<AlertChange> changes)
    {
        var told = desk.Record(changes);
        await Task.WhenAll(mastership.Current.Peers.Values.Where(peer => peer.Election.MayBeMaster).Select(peer => TellAsync(peer.Node, told)));

        foreach (var change in changes)
        {
            events.Add(change.EventWord, change.Text, change.Rule == AlertRule.Master ? node.Id : change.Node);
            log.AlertTold(change.Text);
        }
    }

    private async Task TellAsync(NodeId peer, IReadOnlyList<ToldAlert> told)
    {
        try
        {
            await peers.TellAsync(peer, told, CancellationToken.None).WaitAsync(AnswersWithin, clock);
        }
        catch (Exception silent)
        {
            // It hears of it when it next has a word with the master.
            log.AlertsNotShared(peer.Short, CallFailure.Brief(silent));
        }
    }

    /// <returns>Null: there is no silo, or it does not answer.</returns>
    private async Task<T?> AskAsync<T>(Func<Task<T?>> ask, CancellationToken stopping)
        where T : class
    {
        try
        {
            return await ask().WaitAsync(AnswersWithin, clock, stopping);
        }
        catch (Exception silent) when (silent is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            return null;
        }
    }
}
