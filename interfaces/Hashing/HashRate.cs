namespace P2PMiner.Hashing;

/// <summary>Hashes a second. 0 means not measured yet.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HashRate")]
public readonly record struct HashRate([property: Id(0)] double PerSecond) : IWireValue
{
    /// <summary>A thousand times what the fastest machine does. A node that claims more is not believed.</summary>
    public const double MaxPerSecond = 1e9;

    /// <summary>How many hashes fit into <paramref name="time"/>, rounded down, 0 or more.</summary>
    public ulong HashesIn(TimeSpan time) => (ulong)Math.Max(0, PerSecond * time.TotalSeconds);

    public static HashRate operator +(HashRate a, HashRate b) => new(a.PerSecond + b.PerSecond);

    public string? FindFault() => PerSecond is >= 0 and <= MaxPerSecond ? null : $"a rate of {PerSecond} H/s";

    public override string ToString() => $"{PerSecond:F1} H/s";
}
