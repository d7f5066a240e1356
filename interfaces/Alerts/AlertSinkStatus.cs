namespace P2PMiner.Alerts;

/// <summary>One place that alerts are sent to. Without secrets.</summary>
[GenerateSerializer, Immutable, Alias("p2p.AlertSinkStatus")]
public sealed record AlertSinkStatus : IWireValue
{
    /// <summary>webhook, ntfy, telegram, mail or heartbeat.</summary>
    [Id(0)] public required string Sink { get => OutsideText.Clean(field); init; }

    /// <summary>Its host, or the program that is run.</summary>
    [Id(1)] public required string Where { get => OutsideText.Clean(field); init; }

    /// <summary>Messages that it has not taken yet.</summary>
    [Id(2)] public int Waiting { get; init; }

    /// <summary>Why it did not take the last message; null: it did, or there was none.</summary>
    [Id(3)] public string? Failure { get => OutsideText.Clean(field, OutsideText.LongMaxChars); init; }

    public string? FindFault() => WireFault.Text(nameof(Sink), Sink) ?? WireFault.Text(nameof(Where), Where) ?? WireFault.Number(nameof(Waiting), Waiting)
        ?? WireFault.OptionalText(nameof(Failure), Failure);
}
