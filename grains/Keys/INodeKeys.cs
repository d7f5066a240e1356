using P2PMiner.Keys;

namespace P2PMiner.Grains.Keys;

/// <summary>The cluster key that this process uses. Outlives the silo. Any thread.</summary>
internal interface INodeKeys
{
    /// <summary>See <see cref="IClusterKeyGrain.AcceptAsync"/>, as the next two.</summary>
    Task<string?> AcceptAsync(KeyOffer offer);

    Task<string?> SwitchAsync(string keyId);

    Task WithdrawAsync(string keyId);
}
