namespace P2PMiner.Jobs;

/// <summary>
/// All that is needed to make many hashing blobs of one job, one for each extra nonce, so that every peer has 2^32 nonces of its own.
/// A job without a template has only the blob that the pool sent, and peers share its nonces.
/// </summary>
[GenerateSerializer, Alias("p2p.ExtraNonceTemplate")]
public abstract record ExtraNonceTemplate : IWireValue
{
    /// <summary>Extra nonces run from 0 up to this, exclusive: 1 to 2^32.</summary>
    public abstract ulong ExtraNonces { get; }

    public abstract string? FindFault();
}
