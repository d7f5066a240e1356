using P2PMiner.Alerts;

namespace P2PMiner.Grains.Alerts;

/// <summary>The alerts of the node of this process. Outlives the silo. Any thread; does not block its caller.</summary>
internal interface INodeAlerts
{
    /// <summary>See <see cref="IAlertGrain.ShareAsync"/>.</summary>
    AlertShare Share(AlertShare known);

    /// <summary>See <see cref="IAlertGrain.HearAsync"/>.</summary>
    void Hear(IReadOnlyList<ToldAlert> told);

    /// <summary>See <see cref="IAlertGrain.TestAsync"/>.</summary>
    Task<IReadOnlyList<AlertSinkStatus>> TestAsync();

    /// <summary>See <see cref="IAlertGrain.GetStatusAsync"/>.</summary>
    AlertStatus GetStatus();
}
