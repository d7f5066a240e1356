namespace P2PMiner.Silo.Alerts;

/// <summary>A place that messages are sent to. One caller at a time.</summary>
internal interface IAlertSink
{
    /// <summary>A word, the same for all of its kind.</summary>
    string Name { get; }

    /// <summary>For people: no more of it than everybody may see.</summary>
    string Where { get; }

    /// <summary>Ends within half a minute, and fails only by its answer.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<SinkAnswer> SendAsync(AlertMessage message, CancellationToken cancellation);
}
