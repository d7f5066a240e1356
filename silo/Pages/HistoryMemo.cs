using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Pages;

/// <summary>
/// What pages read of the history. Many who look at once, and a page that renews itself, cost as much as one reading in ten seconds. Any thread.
/// </summary>
internal sealed class HistoryMemo(IHistory history, TimeProvider clock)
{
    private const int MostKept = 256;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<object, (long At, Task Reading)> _kept = [];

    /// <param name="node">Null: the cluster.</param>
    public Task<IReadOnlyList<HistorySample>> ReadAsync(NodeId? node, TimeFrame frame)
        => KeptAsync(("samples", node, frame.Range), () => history.ReadAsync(node, frame.From, frame.To, frame.Range.Step));

    public Task<IReadOnlyDictionary<NodeId, NodeTrend>> ReadTrendsAsync(TimeFrame frame, int parts)
        => KeptAsync(("trends", frame.Range, parts), () => history.ReadTrendsAsync(frame.From, frame.To, parts));

    public Task<IReadOnlyList<KnownNode>> GetNodesAsync() => KeptAsync("names", history.GetNodesAsync);

    /// <param name="node">Null: all.</param>
    public Task<IReadOnlyList<HistoryEvent>> ReadEventsAsync(NodeId? node, TimeFrame frame, int most)
        => KeptAsync(("events", node, frame.Range, most), () => history.ReadEventsAsync(frame.From, frame.To, node, most));

    private Task<T> KeptAsync<T>(object key, Func<Task<T>> read)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(key, out var kept) && !kept.Reading.IsFaulted && clock.GetElapsedTime(kept.At) < Fresh)
            {
                return (Task<T>)kept.Reading;
            }

            if (_kept.Count >= MostKept)
            {
                _kept.Clear();
            }

            var reading = read();
            _kept[key] = (clock.GetTimestamp(), reading);
            return reading;
        }
    }
}
