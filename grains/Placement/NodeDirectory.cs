using System.Collections.Concurrent;
using Orleans.GrainDirectory;

namespace P2PMiner.Grains.Placement;

/// <summary>
/// Where the grains of a node are registered: with itself. <see cref="NodePlacementAttribute"/> gives each of them one silo it can be on,
/// so only that silo needs to know whether it is active; all others find it by its name. A directory spread over the cluster would delay
/// new masters: entries registered with a silo that died stay blocked for half a minute or, with Orleans' default directory, end grains
/// that live elsewhere.
/// </summary>
internal sealed class NodeDirectory : IGrainDirectory
{
    public const string Name = "node";

    private readonly ConcurrentDictionary<GrainId, GrainAddress> _grains = new();

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(_grains.GetOrAdd(address.GrainId, address));

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Task.FromResult<GrainAddress?>(_grains.AddOrUpdate(
        address.GrainId, address, (_, present) => previousAddress is null || !present.Matches(previousAddress) ? present : address));

    public Task Unregister(GrainAddress address)
    {
        if (_grains.TryGetValue(address.GrainId, out var present) && present.Matches(address))
        {
            _grains.TryRemove(KeyValuePair.Create(address.GrainId, present));
        }

        return Task.CompletedTask;
    }

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(_grains.GetValueOrDefault(grainId));

    /// <summary>Nothing: only this silo's grains are here.</summary>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
