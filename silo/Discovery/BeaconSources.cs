using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// What each source address may cost: so many datagrams read a second, and one log line a minute. At most <see cref="MaxSources"/> are told apart; while
/// so many are busy, all others share one allowance, so made-up addresses crowd out neither memory nor known nodes. One thread at a time.
/// </summary>
internal sealed class BeaconSources(TimeProvider clock)
{
    public const int MaxSources = 1024;

    /// <summary>Enough for 25 silos on one machine, each heard four times a second over four paths.</summary>
    public const int DatagramsPerSecond = 400;

    public static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<UInt128, Source> _sources = [];
    private readonly Source _others = new();

    public int Count => _sources.Count;

    /// <summary>False: drop the datagram unread.</summary>
    public bool Admit(IPAddress address)
    {
        var now = Now;
        var source = Get(address, now);
        var elapsed = now - source.Refilled;
        source.Tokens = Math.Min(DatagramsPerSecond, source.Tokens + elapsed.TotalSeconds * DatagramsPerSecond);
        source.Refilled = now;
        if (source.Tokens < 1)
        {
            return false;
        }

        source.Tokens--;
        return true;
    }

    /// <summary>True once a minute for each source.</summary>
    public bool MayLog(IPAddress address)
    {
        var now = Now;
        var source = Get(address, now);
        if (now - source.Logged < LogInterval)
        {
            return false;
        }

        source.Logged = now;
        return true;
    }

    private TimeSpan Now => clock.GetElapsedTime(0);

    private Source Get(IPAddress address, TimeSpan now)
    {
        var key = KeyOf(address);
        if (_sources.TryGetValue(key, out var source))
        {
            return source;
        }

        if (_sources.Count >= MaxSources && !Forget(now))
        {
            return _others;
        }

        return _sources[key] = new Source { Refilled = now };
    }

    /// <summary>Forgets whom nothing is held against any more. True: there is room again.</summary>
    private bool Forget(TimeSpan now)
    {
        if (now - _others.Swept < TimeSpan.FromSeconds(1))
        {
            return false;
        }

        _others.Swept = now;
        foreach (var (key, source) in _sources)
        {
            if (now - source.Refilled > LogInterval && now - source.Logged > LogInterval)
            {
                _sources.Remove(key);
            }
        }

        return _sources.Count < MaxSources;
    }

    /// <summary>An IPv6 host owns its whole /64, except on the link-local prefix that all share.</summary>
    private static UInt128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(bytes[..length]);
        }

        var all = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return address.IsIPv6LinkLocal ? all : all >> 64 << 64;
    }

    private sealed class Source
    {
        public double Tokens { get; set; } = DatagramsPerSecond;

        public TimeSpan Refilled { get; set; }

        public TimeSpan Logged { get; set; } = -LogInterval;

        public TimeSpan Swept { get; set; } = -LogInterval;
    }
}
