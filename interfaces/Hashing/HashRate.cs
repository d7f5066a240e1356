namespace P2PMiner.Hashing;

/// <summary>Hashes a second. 0 means not measured yet.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HashRate")]
public readonly record struct HashRate([property: Id(0)] double PerSecond)
{
    /// <summary>How many hashes fit into <paramref name="time"/>, rounded down, 0 or more.</summary>
    public ulong HashesIn(TimeSpan time) => (ulong)Math.Max(0, PerSecond * time.TotalSeconds);

    public static HashRate operator +(HashRate a, HashRate b) => new(a.PerSecond + b.PerSecond);

    public override string ToString() => $"{PerSecond:F1} H/s";
}
