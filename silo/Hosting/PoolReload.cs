using System.Threading.Channels;
using Microsoft.Extensions.Options;
using P2PMiner.Grains.Pool;
using P2PMiner.Pool;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Service;
using P2PMiner.Silo.Settings;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Makes the pools of the settings files the cluster's pools once more, when a service manager asks for it. They take the way of p2p-console: to the
/// master's session, as a change by command (docs/adr/0007), so that it does not matter which node is asked. Nothing else is taken over while the node runs.
/// </summary>
internal sealed class PoolReload(
    SettingsSource settings, ServiceManager manager, RunningSilo silo, CurrentSession session, ClusterPools cluster, ThisNode node,
    MiningAlgorithms algorithms, TimeProvider clock, ILogger<PoolReload> log) : BackgroundService
{
    private const int Attempts = 5;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SessionAnswersWithin = TimeSpan.FromSeconds(5);

    /// <summary>Requests that come while one is carried out are one more.</summary>
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Any thread.</summary>
    public void Request() => _requests.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            await foreach (var _ in _requests.Reader.ReadAllAsync(stopping))
            {
                using var reloading = manager.Reloading();
                await ReloadAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task ReloadAsync(CancellationToken stopping)
    {
        IConfigurationRoot present;
        PoolOptions options;
        try
        {
            present = settings.Load();
            using var bound = MinerOptions.Bind(present);
            options = bound.GetRequiredService<IOptions<PoolOptions>>().Value;
        }
        catch (ConfigurationException error)
        {
            log.ReloadRefused(OutsideText.Clean(error.Message, OutsideText.LongMaxChars));
            return;
        }

        if (SettingsSource.Changes(settings.InEffect, present) is { Count: > 0 } others)
        {
            log.NeedsRestart(string.Join(", ", others));
        }

        var wanted = options.Pools.ConvertAll(pool => pool.ToNewPool());
        if (wanted.Count == 0)
        {
            log.ReloadRefused("they name no pool");
            return;
        }

        WalletWarnings.Tell(options, algorithms.Preferred[0], log);
        var (refusal, isNew) = await ShareAsync(wanted, stopping);
        var names = string.Join(", ", wanted.Select(pool => OutsideText.Clean(pool.Url)));
        if (refusal is not null)
        {
            log.ReloadRefused(refusal);
        }
        else if (isNew)
        {
            log.PoolsReloaded(names);
        }
        else
        {
            log.PoolsUnchanged(names);
        }
    }

    /// <summary>Until the session has them: a change of master, or one by command at the same moment, must not undo this one unseen.</summary>
    private async Task<(string? Refusal, bool IsNew)> ShareAsync(IReadOnlyList<NewPool> wanted, CancellationToken stopping)
    {
        var refusal = "no master is known; ask for the reload again later";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(BetweenAttempts, clock, stopping);
            }

            if (session.Name is not { } name)
            {
                continue;
            }

            try
            {
                var master = silo.Grains.GetGrain<IPoolSessionGrain>(name);
                var current = await SharedWithAsync(master, PoolSet.None);
                if (current.Pools.SequenceEqual(wanted))
                {
                    return (null, false);
                }

                var told = await SharedWithAsync(master, new() { Pools = wanted, Changes = Math.Min(current.Changes, int.MaxValue - 1) + 1 });
                if (told.Pools.SequenceEqual(wanted))
                {
                    cluster.Heard = told;
                    return (null, true);
                }

                refusal = told.Pools.Count == 0 ? "the master mines for practice, or knows no pool" : "the master keeps other pools";
            }
            catch (Exception silent) when (silent is InvalidOperationException or TimeoutException or OrleansException)
            {
                refusal = "the master does not answer; ask for the reload again later";
            }
        }

        return (refusal, false);

        Task<PoolSet> SharedWithAsync(IPoolSessionGrain master, PoolSet pools)
            => master.SharePoolsAsync(pools with { From = node.Id }).AsTask().WaitAsync(SessionAnswersWithin, clock, stopping);
    }
}
