using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Grains.Placement;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>
/// See <see cref="IPoolSessionGrain"/>: a shell around <see cref="PoolSession"/>. Reentrant, because a submission waits for the pool while others follow. The
/// socket behind it cannot move: a new master starts the grain again, with a connection of its own.
/// </summary>
[KeepAlive, Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class PoolSessionGrain : Grain, IPoolSessionGrain
{
    private static readonly Seed ProbeSeed = Seed.FromBytes(new byte[32]);
    private static readonly byte[] ProbeBlob = new byte[76];
    private static readonly byte[] ProbeHeader = new byte[80];

    private readonly PoolSession _session;
    private readonly PoolDirectory _directory;
    private readonly PoolList _pools;
    private readonly IHashEngine _engine;
    private readonly ILogger<PoolSession> _log;
    private readonly LogLimit _leaps;
    private readonly CancellationTokenSource _stopping = new();
    private Task? _running;

    public PoolSessionGrain(
        IOptions<PoolOptions> options,
        PoolDirectory directory,
        MiningAlgorithms algorithms,
        IEnumerable<IPoolConnector> connectors,
        IHashEngine engine,
        TimeProvider clock,
        ILogger<PoolSession> log)
    {
        _directory = directory;
        _pools = new(directory.Entries, algorithms.Preferred, directory.Shared.Changes);
        _engine = engine;
        _log = log;
        _leaps = new(clock, lines: 4, TimeSpan.FromMinutes(1));
        _session = new(options.Value, _pools.Endpoints, connectors, SetJobAsync, clock, Random.Shared, log);
    }

    public Task StartAsync()
    {
        // On the grain's own scheduler, so that jobs reach the job grain from within this activation.
        _running ??= _session.RunAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        // At once: if this node becomes master again, the next calls to this session are for a new activation.
        await EndAsync();
        DeactivateOnIdle();
        await SetJobAsync(null);
    }

    public Task<ShareOutcome> SubmitAsync(VerifiedShare share) => _session.SubmitAsync(share, _stopping.Token);

    public ValueTask<PoolStatus> GetStatusAsync()
        => ValueTask.FromResult(_session.GetStatus() with { Pools = _pools.Urls, Algorithms = _pools.Algorithms });

    public ValueTask<PoolSet> SharePoolsAsync(PoolSet known)
    {
        if (!_directory.AreShared)
        {
            return ValueTask.FromResult(PoolSet.None);
        }

        if (_pools.IsLeap(known) && _leaps.Allows(out var leftOut))
        {
            _log.PoolsRefused(known.From?.Short ?? "?", known.Changes, leftOut);
        }

        if (_pools.Adopt(known))
        {
            _log.PoolsTaken(string.Join(", ", _pools.Urls));
            Changed(null);
        }

        return ValueTask.FromResult(_pools.Share());
    }

    public ValueTask<string?> AddPoolAsync(NewPool pool) => ValueTask.FromResult(Changed(_pools.Add(pool)));

    public ValueTask<string?> RemovePoolAsync(string url) => ValueTask.FromResult(Changed(_pools.Remove(url)));

    public ValueTask<string?> SwitchPoolAsync(string url) => ValueTask.FromResult(Changed(_pools.Switch(url)));

    public async ValueTask<string?> SetAlgorithmsAsync(IReadOnlyList<Algorithm> algorithms)
    {
        if (algorithms.Count == 0 || algorithms.Count > Enum.GetValues<Algorithm>().Length
            || algorithms.Distinct().Count() != algorithms.Count || !algorithms.All(Enum.IsDefined))
        {
            return "expected one or more algorithms, each once";
        }

        foreach (var algorithm in algorithms.Except(_pools.Algorithms))
        {
            try
            {
                var (seed, input) = algorithm == Algorithm.GhostRider ? (Seed.None, ProbeHeader) : (ProbeSeed, ProbeBlob);
                await _engine.HashAsync(algorithm, seed, input, _stopping.Token);
            }
            catch (HashEngineException unable)
            {
                return unable.Message;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return "this session has ended: another node is master now";
            }
        }

        _pools.Offer(algorithms);
        return Changed(null);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await EndAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _stopping.Dispose();
    }

    private async Task EndAsync()
    {
        await _stopping.CancelAsync();
        await (_running ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private string? Changed(string? refusal)
    {
        if (refusal is null && _pools.Endpoints is { Count: > 0 } pools)
        {
            _session.SetPools(pools);
            if (_running is { IsCompleted: true })
            {
                // It had no pool before.
                _running = _session.RunAsync(_stopping.Token);
            }
        }

        return refusal;
    }

    private ValueTask SetJobAsync(PoolJob? job) => GrainFactory.GetGrain<IJobGrain>(this.GetPrimaryKeyString()).SetJobAsync(job);
}
