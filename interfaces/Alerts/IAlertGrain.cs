namespace P2PMiner.Alerts;

/// <summary>The alerts of a node. Key: the node id; lives on that node's silo. Only the master's tells anybody anything.</summary>
[Alias("p2p.IAlertGrain")]
public interface IAlertGrain : IGrainWithStringKey
{
    /// <summary>
    /// Tells the master which settings a node knows and what was told so far, and the node what counts, so that it can go on as the next master.
    /// </summary>
    /// <returns>None to a worker: it is never master, and needs no secrets.</returns>
    [Alias("Share")]
    ValueTask<AlertShare> ShareAsync(AlertShare known);

    /// <summary>The master has told its owner this.</summary>
    [Alias("Hear")]
    ValueTask HearAsync(IReadOnlyList<ToldAlert> told);

    /// <summary>Sends a test message to every sink, at once and once.</summary>
    /// <returns>For each sink whether it was taken; empty: there is none.</returns>
    [Alias("Test"), ResponseTimeout("00:01:00")]
    Task<IReadOnlyList<AlertSinkStatus>> TestAsync();

    [Alias("GetStatus")]
    ValueTask<AlertStatus> GetStatusAsync();
}
