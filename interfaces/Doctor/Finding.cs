namespace P2PMiner.Doctor;

/// <summary>What one check of a machine came to.</summary>
[GenerateSerializer, Immutable, Alias("p2p.Finding")]
public sealed record Finding : IWireValue
{
    /// <summary>Name of the check, in a few lower-case words: "huge pages".</summary>
    [Id(0)] public required string Check { get => OutsideText.Clean(field); init; }

    [Id(1)] public required FindingSeverity Severity { get; init; }

    /// <summary>One plain sentence. No wallet, no password, nothing that a file contains.</summary>
    [Id(2)] public required string Text { get => OutsideText.Clean(field, OutsideText.LongMaxChars); init; }

    /// <summary>The command that mends it, to be run on that machine; null: there is none, or nothing to mend.</summary>
    [Id(3)] public string? Mend { get => OutsideText.Clean(field, OutsideText.LongMaxChars); init; }

    /// <summary>What mending it brings; null: not known, or nothing to mend.</summary>
    [Id(4)] public string? Gain { get => OutsideText.Clean(field); init; }

    /// <summary>It costs speed or safety.</summary>
    public bool IsWrong => Severity >= FindingSeverity.CostsSpeed;

    public string? FindFault() => WireFault.Text(nameof(Check), Check) ?? WireFault.Member(nameof(Severity), Severity) ?? WireFault.Text(nameof(Text), Text);
}
