using P2PMiner.Grains.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Service;

/// <summary>Tells the service manager when the node is ready, how it stands, and that it stops.</summary>
internal sealed class ServiceReport(
    ServiceManager manager, IMinerConsoleSource source, Mastership mastership, NodeControl control, IHostApplicationLifetime application, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Between two looks at the pool, which is a call to the master, before READY and after it.</summary>
    private static readonly TimeSpan LookWhileStarting = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookLater = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PoolAnswersWithin = TimeSpan.FromSeconds(2);

    /// <summary>A start may take this much longer each time that it shows progress; systemd's own limit is 90 s in all.</summary>
    private static readonly TimeSpan MoreTime = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        if (!manager.Listens)
        {
            return;
        }

        using var stop = application.ApplicationStopping.Register(manager.Stopping);
        try
        {
            await ReportAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task ReportAsync(CancellationToken stopping)
    {
        var started = clock.GetTimestamp();
        var looked = started - clock.TimestampFrequency * (long)LookLater.TotalSeconds;
        PoolStatus? pool = null;
        var told = "";
        using var timer = new PeriodicTimer(Tick, clock);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            var isDue = clock.GetElapsedTime(looked) >= (manager.IsReady ? LookLater : LookWhileStarting);
            if (isDue)
            {
                (pool, looked) = (await GetPoolAsync(stopping), clock.GetTimestamp());
            }

            var engine = source.GetEngine();
            var now = new NodeStanding(engine, pool, mastership.Current.Master?.IsSelf, control.Paused, clock.GetElapsedTime(started));
            if (!manager.IsReady && now.IsReady)
            {
                manager.Ready(told = now.Text);
                timer.Period = LookLater;
            }
            else if (isDue && now.Text != told)
            {
                told = now.Text;
                if (manager.IsReady)
                {
                    manager.Status(told);
                }
                else
                {
                    manager.Starting(told, MoreTime);
                }
            }
        }
    }

    private async Task<PoolStatus?> GetPoolAsync(CancellationToken stopping)
    {
        try
        {
            return await source.GetPoolAsync().AsTask().WaitAsync(PoolAnswersWithin, clock, stopping);
        }
        catch (Exception silent) when (silent is InvalidOperationException or TimeoutException or OrleansException)
        {
            return null;
        }
    }
}
