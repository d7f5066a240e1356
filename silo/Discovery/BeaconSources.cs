using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Which of many sources the log may name, for one kind of line: each once a minute, and all together <see cref="LinesPerMinute"/> times.
/// Source addresses are easy to make up, so only the named ones are kept. Any thread.
/// </summary>
internal sealed class BeaconSources(TimeProvider clock)
{
    public const int LinesPerMinute = 8;

    public static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly LogLimit _all = new(clock, LinesPerMinute, LogInterval);
    private readonly Dictionary<UInt128, TimeSpan> _named = [];

    /// <summary>Sources named within the last minute or so.</summary>
    public int Count
    {
        get { lock (_gate) return _named.Count; }
    }

    /// <param name="leftOut">To end the line with: empty, or how many sources were left out.</param>
    public bool MayLog(IPAddress address, out string leftOut)
    {
        leftOut = "";
        lock (_gate)
        {
            var now = clock.GetElapsedTime(0);
            foreach (var (source, named) in _named)
            {
                if (now - named >= LogInterval)
                {
                    _named.Remove(source);
                }
            }

            return !_named.ContainsKey(KeyOf(address)) && _all.Allows(out leftOut) && _named.TryAdd(KeyOf(address), now);
        }
    }

    /// <summary>An IPv6 machine owns its whole /64, except on the link-local prefix that all share.</summary>
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
}
