using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Alerts;
using P2PMiner.Grains.Placement;

namespace P2PMiner.Grains.Alerts;

/// <summary>See <see cref="IAlertGrain"/>. Reentrant, so that a slow sink keeps nobody waiting but who asked for the test.</summary>
[Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class AlertGrain(INodeAlerts alerts) : Grain, IAlertGrain
{
    public ValueTask<AlertShare> ShareAsync(AlertShare known) => ValueTask.FromResult(alerts.Share(known));

    public ValueTask HearAsync(IReadOnlyList<ToldAlert> told)
    {
        alerts.Hear(told);
        return ValueTask.CompletedTask;
    }

    public Task<IReadOnlyList<AlertSinkStatus>> TestAsync() => alerts.TestAsync();

    public ValueTask<AlertStatus> GetStatusAsync() => ValueTask.FromResult(alerts.GetStatus());
}
