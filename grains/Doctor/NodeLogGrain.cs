using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Doctor;
using P2PMiner.Grains.Placement;

namespace P2PMiner.Grains.Doctor;

/// <summary>See <see cref="INodeLogGrain"/>.</summary>
[Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class NodeLogGrain(INodeLog log) : Grain, INodeLogGrain
{
    public Task<NodeLog> ReadAsync() => Task.FromResult(log.Read());
}
