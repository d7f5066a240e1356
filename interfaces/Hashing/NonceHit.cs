namespace P2PMiner.Hashing;

/// <summary>A nonce whose hash, with rx/2 the commitment to it, meets the target of the search that found it.</summary>
[GenerateSerializer, Immutable, Alias("p2p.NonceHit")]
public readonly record struct NonceHit([property: Id(0)] uint Nonce, [property: Id(1)] Hash256 Hash) : IWireValue
{
    /// <summary>Finds none: only hashing tells whether it is a hit.</summary>
    public string? FindFault() => null;
}
