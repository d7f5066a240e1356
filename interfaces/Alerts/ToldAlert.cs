using P2PMiner.Peers;

namespace P2PMiner.Alerts;

/// <summary>What the owner was told last by one rule of one node, or of the cluster: whoever is master next does not tell it again.</summary>
[GenerateSerializer, Immutable, Alias("p2p.ToldAlert")]
public sealed record ToldAlert : IWireValue
{
    private const int MostRuleChars = 32;

    /// <summary>The end of the year 9999.</summary>
    private const long LastUnixMs = 253_402_300_799_999;

    /// <summary>One of <see cref="AlertRule"/>, or a later version's.</summary>
    [Id(0)] public required string Rule { get => OutsideText.Clean(field, MostRuleChars); init; }

    /// <summary>The node that it is about; null: the cluster.</summary>
    [Id(1)] public NodeId? Node { get; init; }

    /// <summary>That it has become bad; false: that it is well again, or news.</summary>
    [Id(2)] public bool IsOpen { get; init; }

    [Id(3)] public required long UnixMs { get; init; }

    /// <summary>One line.</summary>
    [Id(4)] public required string Text { get => OutsideText.Clean(field); init; }

    /// <summary>Of news about something that always has one value, that value: the master's id, a digest of the list of pools.</summary>
    [Id(5)] public string? Value { get => OutsideText.Clean(field); init; }

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(UnixMs);

    public string? FindFault() => WireFault.Text(nameof(Rule), Rule) ?? WireFault.Number(nameof(UnixMs), UnixMs, LastUnixMs)
        ?? WireFault.Text(nameof(Text), Text) ?? WireFault.OptionalText(nameof(Value), Value);
}
