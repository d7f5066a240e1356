using Orleans.GrainDirectory;
using P2PMiner.Grains.Placement;
using P2PMiner.Keys;

namespace P2PMiner.Grains.Keys;

/// <summary>See <see cref="IClusterKeyGrain"/>.</summary>
[NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class ClusterKeyGrain(INodeKeys keys) : Grain, IClusterKeyGrain
{
    public Task<string?> AcceptAsync(KeyOffer offer) => keys.AcceptAsync(offer);

    public Task<string?> SwitchAsync(string keyId) => keys.SwitchAsync(keyId);

    public Task WithdrawAsync(string keyId) => keys.WithdrawAsync(keyId);
}
