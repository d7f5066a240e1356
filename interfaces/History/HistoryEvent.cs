using P2PMiner.Peers;

namespace P2PMiner.History;

/// <summary>Something that happened to a node or the cluster, as its owner would want it in a diary.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HistoryEvent")]
public sealed record HistoryEvent : IWireValue
{
    /// <summary>The end of the year 9999.</summary>
    private const long LastUnixMs = 253_402_300_799_999;

    private const int MostKindChars = 32;

    /// <summary>The node that wrote it down. With <see cref="Number"/> it names the event: whoever hears of it twice keeps it once.</summary>
    [Id(0)] public required NodeId Source { get; init; }

    /// <summary>Grows with each event of its source, with steps.</summary>
    [Id(1)] public required long Number { get; init; }

    [Id(2)] public required long UnixMs { get; init; }

    /// <summary>One of <see cref="EventKind"/>, or a later version's. A text, because a message with an enum's unknown value is refused as a whole.</summary>
    [Id(3)] public required string Kind { get => OutsideText.Clean(field, MostKindChars); init; }

    /// <summary>The node that it is about; null: the cluster.</summary>
    [Id(4)] public NodeId? Node { get; init; }

    /// <summary>One line, without secrets.</summary>
    [Id(5)] public required string Text { get => OutsideText.Clean(field); init; }

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(UnixMs);

    public string? FindFault() => WireFault.Number(nameof(Number), Number) ?? WireFault.Number(nameof(UnixMs), UnixMs, LastUnixMs)
        ?? WireFault.Text(nameof(Kind), Kind) ?? WireFault.Text(nameof(Text), Text);
}
