using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Grains.Placement;
using P2PMiner.History;

namespace P2PMiner.Grains.History;

/// <summary>See <see cref="IHistoryGrain"/>. Reentrant, so that a slow disk keeps nobody waiting but those who ask.</summary>
[Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class HistoryGrain(INodeHistory history) : Grain, IHistoryGrain
{
    public Task<HistoryPage> ReadAsync(HistoryAsk ask) => history.ReadAsync(ask);
}
