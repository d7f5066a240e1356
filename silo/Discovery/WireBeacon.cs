namespace P2PMiner.Silo.Discovery;

/// <summary>A beacon as its sender signed it; what is in it is for the receiver to judge.</summary>
/// <param name="AgeMs">How long ago the node that passes it on has heard it, or sent it, in milliseconds.</param>
internal sealed record WireBeacon(byte[] Datagram, int AgeMs)
{
    /// <summary>More than any beacon.</summary>
    public const int MaxBytes = 512;

    /// <summary>No node passes on what is older: it would be silent by then.</summary>
    public const int MaxAgeMs = 120_000;

    public static WireBeacon Of(byte[] datagram, TimeSpan age) => new(datagram, (int)Math.Clamp(Math.Round(age.TotalMilliseconds), 0, MaxAgeMs));

    /// <summary>Which value is out of its range; null: none.</summary>
    public string? FindFault() => Datagram.Length is < 1 or > MaxBytes ? "a beacon's length is out of range"
        : AgeMs is < 0 or > MaxAgeMs ? "a beacon's age is out of range" : null;
}
