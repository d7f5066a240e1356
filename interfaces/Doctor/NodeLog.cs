namespace P2PMiner.Doctor;

/// <summary>The last lines that a node's program has logged.</summary>
[GenerateSerializer, Immutable, Alias("p2p.NodeLog")]
public sealed record NodeLog : IWireValue
{
    public const int MostLines = 200;

    /// <summary>The latest last, each with its time.</summary>
    [Id(0)] public required IReadOnlyList<string> Lines { get => field is null ? null! : [.. field.Select(Clean)]; init; }

    /// <summary>A line as it travels and is shown: longer ones are cut.</summary>
    public static string Clean(string line) => OutsideText.Clean(line, OutsideText.LongMaxChars);

    public string? FindFault() => WireFault.Each(nameof(Lines), Lines, MostLines);
}
