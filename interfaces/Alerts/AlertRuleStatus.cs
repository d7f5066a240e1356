namespace P2PMiner.Alerts;

/// <summary>One rule as it is set.</summary>
[GenerateSerializer, Immutable, Alias("p2p.AlertRuleStatus")]
public sealed record AlertRuleStatus : IWireValue
{
    /// <summary>One of <see cref="AlertRule"/>, or a later version's.</summary>
    [Id(0)] public required string Rule { get => OutsideText.Clean(field); init; }

    [Id(1)] public bool IsOn { get; init; }

    /// <summary>What is told, with its number.</summary>
    [Id(2)] public required string Text { get => OutsideText.Clean(field); init; }

    public string? FindFault() => WireFault.Text(nameof(Rule), Rule) ?? WireFault.Text(nameof(Text), Text);
}
