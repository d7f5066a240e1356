using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Pages;

/// <summary>What the pages show, read when somebody looks.</summary>
internal sealed class PageReader(ApiReader api, IApiSource source, HistoryMemo history, TimeProvider clock)
{
    /// <summary>The node that is asked.</summary>
    public NodeId Self => source.Node;

    public TimeFrame FrameOf(PageRange range) => new(range, clock.GetUtcNow(), clock.LocalTimeZone);

    /// <returns>Without a cluster: why.</returns>
    public async Task<(ClusterView? Cluster, string Silence)> ReadClusterAsync()
    {
        try
        {
            return (await api.ReadClusterAsync(), "");
        }
        catch (Exception error) when (ApiReader.IsSilence(error))
        {
            return (null, OutsideText.Clean(error.Message));
        }
    }

    public Task<NodeView> ReadNodeAsync() => api.ReadNodeAsync();

    /// <summary>The last lines of a node's log, the latest last; null: it does not answer.</summary>
    public async Task<IReadOnlyList<string>?> ReadLogAsync(NodeId node) => (await source.GetLogAsync(node))?.Lines;

    /// <param name="node">Null: the cluster.</param>
    public async Task<IReadOnlyList<HistorySample?>> ReadAsync(NodeId? node, TimeFrame frame) => frame.Cut(await history.ReadAsync(node, frame));

    /// <summary>Of all nodes, the last day in parts of half an hour.</summary>
    public Task<IReadOnlyDictionary<NodeId, NodeTrend>> ReadTrendsAsync() => history.ReadTrendsAsync(FrameOf(PageRange.Day), parts: 48);

    public Task<IReadOnlyList<KnownNode>> GetNodesAsync() => history.GetNodesAsync();

    public Task<IReadOnlyList<HistoryEvent>> ReadEventsAsync(NodeId? node, TimeFrame frame, int most = 200) => history.ReadEventsAsync(node, frame, most);

    /// <summary>Mean rates over each range, of the time that was observed in it; null: none was.</summary>
    public async Task<IReadOnlyList<(PageRange Range, double? Rate)>> ReadMeansAsync(NodeId? node)
    {
        var means = new List<(PageRange, double?)>();
        foreach (var range in PageRange.All)
        {
            var frame = FrameOf(range);
            means.Add((range, MeanRate(await history.ReadAsync(node, frame))));
        }

        return means;
    }

    public static double? MeanRate(IReadOnlyList<HistorySample> samples)
    {
        var observed = samples.Sum(sample => (double)sample.ObservedSeconds);
        return observed > 0 ? samples.Sum(sample => sample.Rate.PerSecond * sample.ObservedSeconds) / observed : null;
    }
}
