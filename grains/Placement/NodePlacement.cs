using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace P2PMiner.Grains.Placement;

/// <summary>Places a grain on the silo that its key names: a node's silo is named by the node id.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NodePlacementAttribute() : PlacementAttribute(NodePlacementStrategy.Instance);

[GenerateSerializer, Immutable, SuppressReferenceTracking]
internal sealed class NodePlacementStrategy : PlacementStrategy
{
    public static NodePlacementStrategy Instance { get; } = new();
}

internal sealed class NodePlacementDirector(ISiloStatusOracle silos) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var node = target.GrainIdentity.Key.ToString();
        foreach (var silo in context.GetCompatibleSilos(target))
        {
            if (silos.TryGetSiloName(silo, out var name) && name == node)
            {
                return Task.FromResult(silo);
            }
        }

        throw new OrleansException($"node {OutsideText.Clean(node)} is not in the cluster");
    }
}
