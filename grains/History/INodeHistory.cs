using P2PMiner.History;

namespace P2PMiner.Grains.History;

/// <summary>The history that the node of this process keeps. Outlives the silo. Any thread; does not block its caller.</summary>
internal interface INodeHistory
{
    /// <summary>See <see cref="IHistoryGrain.ReadAsync"/>.</summary>
    Task<HistoryPage> ReadAsync(HistoryAsk ask);
}
