using P2PMiner.Grains.Hashing;
using P2PMiner.History;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Silo.History;

/// <summary>Makes the samples of this node. One caller at a time.</summary>
/// <param name="celsius">The processor's temperature now; null: it cannot be read.</param>
/// <param name="watts">Its mean power since the last call; null: likewise.</param>
internal sealed class NodeSampling(NodeId node, ShareTally shares, Func<double?> celsius, Func<double?> watts)
{
    private readonly Growth<ulong> _hashes = new();
    private readonly ShareGrowth _shares = new();
    private readonly MeanOf _remote = new();
    private readonly MeanOf _celsius = new();
    private EngineStatus? _engine;
    private PeerStatus? _peer;

    /// <summary>Several times a minute.</summary>
    /// <param name="peer">Null: there is no silo just now.</param>
    public void Look(EngineStatus engine, PeerStatus? peer)
    {
        (_engine, _peer) = (engine, peer);
        _remote.Add(peer?.RemoteRate.PerSecond);
        _celsius.Add(celsius());
    }

    /// <returns>The sample of the minute that is over; null: nothing was seen of it.</returns>
    public HistorySample? Close(long start, TimeSpan observed)
    {
        var power = watts();
        var (remote, degrees) = (_remote.Take() ?? 0, _celsius.Take());
        if (_engine is not { } engine)
        {
            return null;
        }

        var hashes = (long)Math.Min(_hashes.Of(engine.Rates.TotalHashes), HistorySample.MostCounted);
        var counts = shares.Read().Shares;
        return new()
        {
            Node = node,
            UnixSeconds = start,
            ObservedSeconds = (int)Math.Clamp(Math.Round(observed.TotalSeconds), 0, HistoryStep.Minute.Seconds()),
            Rate = new((hashes / Math.Max(1, observed.TotalSeconds)) + remote),
            Hashes = hashes,
            Shares = _shares.Of(outcome => counts.GetValueOrDefault(outcome)),
            State = _peer?.State,
            Threads = engine.Threads,
            HugePages = engine.HugePages,
            HugePagesWanted = engine.HugePagesWanted,
            DatasetMode = engine.DatasetMode.ModeName(),
            Celsius = degrees,
            Watts = power,
        };
    }
}
