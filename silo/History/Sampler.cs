using P2PMiner.Grains.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Sensors;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.History;

/// <summary>Looks at this node every few seconds, and at the cluster where it is master, and writes down what each minute was and what has happened.</summary>
internal sealed class Sampler(
    ThisNode node, IMinerConsoleSource source, Mastership mastership, ShareTally shares, CpuTemperature temperature, CpuPower power, LatestReadings sensors,
    HistoryStore history, HistoryOptions options, IHostApplicationLifetime application, TimeProvider clock, ILogger<Sampler> log) : BackgroundService
{
    /// <summary>Between two looks: some short calls within this process each.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>A pool that served so long ago is no longer the one that serves.</summary>
    private static readonly TimeSpan PoolRemembered = TimeSpan.FromHours(1);

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    private readonly NodeSampling _node = new(
        node.Id, shares, () => sensors.Celsius = temperature.Read(), () => sensors.Watts = power.Read());
    private readonly NodeWatch _nodeWatch = new(node.Id, history);
    private readonly ClusterSampling _cluster = new();
    private readonly ClusterWatch _clusterWatch = new(node.Id, history, clock);

    /// <summary>The one that was master at the last look.</summary>
    private Master? _master;

    private long _looked;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        history.Add(EventKind.Started, $"p2p-miner {ProgramVersion.Text} has started", node.Id);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        history.Add(EventKind.Stopped, $"p2p-miner {ProgramVersion.Text} was told to stop", node.Id);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!options.Enabled)
        {
            return;
        }

        // A node that stops pauses its mining: that is no event.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, application.ApplicationStopping);
        try
        {
            var minute = new Bucket(clock);
            _looked = clock.GetTimestamp();
            power.Read();
            while (true)
            {
                await Task.Delay(minute.UntilLook(Period), clock, stopping.Token);
                await LookAsync(stopping.Token);
                if (minute.IsOver(out var start, out var observed))
                {
                    Close(start, observed);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        var time = clock.GetElapsedTime(_looked);
        _looked = clock.GetTimestamp();
        var master = mastership.Current.Master;
        var peer = await AskAsync(() => source.GetPeerAsync(node.Id), stopping);
        _node.Look(source.GetEngine(), peer);
        if (peer is not null)
        {
            _nodeWatch.Look(peer);
        }

        if (master is not { IsSelf: true })
        {
            _master = master ?? _master;
            return;
        }

        var living = mastership.Current.Peers.Keys.ToArray();
        if (!ReferenceEquals(master, _master))
        {
            var pool = await LastPoolAsync();
            if (_master is not { IsSelf: true })
            {
                _clusterWatch.Begin(master.Term, _master?.Node, living, pool);
            }

            _master = master;
        }

        var job = await AskAsync(async () => (JobStatus?)await source.GetJobAsync(), stopping);
        var session = await AskAsync(async () => (PoolStatus?)await source.GetPoolAsync(), stopping);
        if (job is not null && session is not null)
        {
            _cluster.Look(job, session, time);
            _clusterWatch.Look(job, session, living);
        }
    }

    private void Close(long start, TimeSpan observed)
    {
        if (_node.Close(start, observed) is { } own)
        {
            history.Add(own);
        }

        if (_cluster.Close(start) is { } all)
        {
            history.Add(all);
        }
    }

    private async Task<string?> LastPoolAsync()
    {
        var now = clock.GetUtcNow();
        return (await history.ReadAsync(null, now - PoolRemembered, now, HistoryStep.Minute)).LastOrDefault(sample => sample.Pool is not null)?.Pool;
    }

    /// <returns>Null: there is no silo, no master is known, or it does not answer.</returns>
    private async Task<T?> AskAsync<T>(Func<Task<T?>> ask, CancellationToken stopping)
        where T : class
    {
        try
        {
            return await ask().WaitAsync(AnswersWithin, clock, stopping);
        }
        catch (Exception silent) when (silent is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            log.NotSampled(CallFailure.Brief(silent));
            return null;
        }
    }
}
