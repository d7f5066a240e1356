using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Tests.Api;

internal sealed class FakeHistory : IHistory
{
    public List<HistorySample> Samples { get; } = [];

    public List<HistoryEvent> Events { get; } = [];

    /// <summary>What was asked last.</summary>
    public (NodeId? Node, DateTimeOffset From, DateTimeOffset To, HistoryStep? Step, int Most) Asked { get; private set; }

    public event Action<HistoryEvent>? Happened;

    public void Tell(HistoryEvent one) => Happened?.Invoke(one);

    public Task<IReadOnlyList<HistorySample>> ReadAsync(NodeId? node, DateTimeOffset from, DateTimeOffset to, HistoryStep step)
    {
        Asked = (node, from, to, step, 0);
        return Task.FromResult<IReadOnlyList<HistorySample>>(Samples);
    }

    public List<KnownNode> Nodes { get; } = [];

    /// <summary>Each with the mean and the last temperature of all samples.</summary>
    public Task<IReadOnlyDictionary<NodeId, NodeTrend>> ReadTrendsAsync(DateTimeOffset from, DateTimeOffset to, int parts)
        => Task.FromResult<IReadOnlyDictionary<NodeId, NodeTrend>>(Samples.Where(sample => sample.Node is not null).GroupBy(sample => sample.Node!.Value)
            .ToDictionary(group => group.Key, group => new NodeTrend([group.Average(sample => sample.Rate.PerSecond)], group.Last().Celsius)));

    public Task<IReadOnlyList<KnownNode>> GetNodesAsync() => Task.FromResult<IReadOnlyList<KnownNode>>(Nodes);

    public Task<IReadOnlyList<HistoryEvent>> ReadEventsAsync(DateTimeOffset from, DateTimeOffset to, NodeId? node = null, int most = 1000)
    {
        Asked = (node, from, to, null, most);
        return Task.FromResult<IReadOnlyList<HistoryEvent>>(Events);
    }
}
