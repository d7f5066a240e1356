namespace P2PMiner.Native;

/// <summary>All that decides which lanes are best: measured lanes count as long as it stays the same.</summary>
internal sealed record LaneKey
{
    public required string Cpu { get; init; }
    public required long L2Bytes { get; init; }
    public required long L3Bytes { get; init; }
    public required int Threads { get; init; }
    public required string Kernel { get; init; }
    public required long PadBytesMax { get; init; }
    public required bool HugePages { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }
}
