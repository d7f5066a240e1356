namespace P2PMiner.Hashing;

/// <summary>
/// Half-open range of 32-bit nonces [First, First + Count). Count is 64-bit so that the whole space of 2^32 is a range too;
/// the end never passes 2^32.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.NonceRange")]
public readonly record struct NonceRange : IWireValue
{
    public const ulong SpaceSize = 1UL << 32;

    public NonceRange(uint first, ulong count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SpaceSize - first);
        (First, Count) = (first, count);
    }

    [Id(0)] public uint First { get; private init; }
    [Id(1)] public ulong Count { get; private init; }

    /// <summary>Every 32-bit nonce.</summary>
    public static NonceRange All => new(0, SpaceSize);

    /// <summary>The nonces that a NiceHash-style pool leaves to the miner: the byte at blob offset 42 is the pool's.</summary>
    public static NonceRange NiceHash(byte fixedTopByte) => new((uint)fixedTopByte << 24, 1UL << 24);

    public bool IsEmpty => Count == 0;

    /// <summary>One past the last nonce; up to 2^32.</summary>
    public ulong End => First + Count;

    public bool Contains(uint nonce) => nonce >= First && nonce < End;

    public bool Overlaps(NonceRange other) => !IsEmpty && !other.IsEmpty && First < other.End && other.First < End;

    /// <summary>Cuts up to <paramref name="count"/> nonces off the front.</summary>
    public NonceRange Take(ulong count, out NonceRange rest)
    {
        // Made before rest is assigned, which may be this very variable.
        var front = new NonceRange(First, Math.Min(count, Count));
        rest = front.Count == Count ? default : new((uint)front.End, Count - front.Count);
        return front;
    }

    public string? FindFault() => Count <= SpaceSize - First ? null : $"{Count} nonces from {First:x8} on pass the end";

    public override string ToString() => $"[{First:x8}, +{Count})";
}
