namespace P2PMiner.Hashing;

/// <summary>Mean rates over the last 10 s, 60 s and 15 min; null until the window has filled. Highest is the best 10 s mean.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HashRates")]
public readonly record struct HashRates : IWireValue
{
    [Id(0)] public HashRate? TenSeconds { get; init; }
    [Id(1)] public HashRate? Minute { get; init; }
    [Id(2)] public HashRate? QuarterHour { get; init; }
    [Id(3)] public HashRate? Highest { get; init; }

    /// <summary>The best estimate of the current rate: the 10 s mean, or the mean since the start until that window has filled.</summary>
    [Id(4)] public HashRate Current { get; init; }

    /// <summary>Hashes done since the start.</summary>
    [Id(5)] public ulong TotalHashes { get; init; }

    public string? FindFault() => WireFault.Optional(nameof(TenSeconds), TenSeconds) ?? WireFault.Optional(nameof(Minute), Minute)
        ?? WireFault.Optional(nameof(QuarterHour), QuarterHour) ?? WireFault.Optional(nameof(Highest), Highest) ?? WireFault.Of(nameof(Current), Current);
}
