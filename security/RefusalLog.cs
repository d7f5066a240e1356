using System.Net;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Security;

/// <summary>
/// Names a refused peer once a minute, however often it tries, and only some of many peers: strangers must not be able to fill the log.
/// Thread-safe.
/// </summary>
internal sealed class RefusalLog(TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>With IPv6, addresses are cheap to make up; beyond this many, the rest share one entry.</summary>
    private const int MaxSources = 256;

    private const int MaxLinesInAll = 20;

    private readonly Dictionary<string, Source> _sources = [];
    private readonly LogLimit _lines = new(clock, MaxLinesInAll, Interval);

    public void Add(EndPoint? peer, bool isInbound, string reason)
    {
        // By address, not by port: every attempt comes from another port.
        var name = (peer as IPEndPoint)?.Address.ToString() ?? "an unknown address";
        long held;
        lock (_sources)
        {
            var now = clock.GetUtcNow();
            if (!_sources.ContainsKey(name) && _sources.Count >= MaxSources)
            {
                foreach (var old in _sources.Where(source => now - source.Value.Named >= Interval).Select(source => source.Key).ToArray())
                {
                    _sources.Remove(old);
                }

                name = _sources.Count >= MaxSources ? "many addresses" : name;
            }

            if (_sources.TryGetValue(name, out var known) && now - known.Named < Interval)
            {
                known.Held++;
                return;
            }

            held = known?.Held ?? 0;
            _sources[name] = new(now);
        }

        if (!_lines.Allows(out var leftOut))
        {
            return;
        }

        reason += leftOut;
        if (isInbound)
        {
            log.Refused(name, reason, held);
        }
        else
        {
            log.RefusedToConnect(name, reason, held);
        }
    }

    private sealed class Source(DateTimeOffset named)
    {
        public DateTimeOffset Named => named;

        public long Held { get; set; }
    }
}
