using System.Buffers;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// Cuts a byte stream into lines ended by LF. Remembers how far it has looked, so that a line that arrives byte by byte is scanned once.
/// </summary>
internal sealed class StratumLineReader
{
    /// <summary>Far above any message seen (a job is about 1 KiB), far below what could do harm.</summary>
    public const int MaxLineBytes = 64 * 1024;

    private long _scanned;

    /// <summary>
    /// Takes the first line off <paramref name="buffer"/>, without its LF and a CR before it. False: not enough bytes yet, the buffer is unchanged and
    /// must start with the same bytes next time.
    /// </summary>
    /// <exception cref="PoolProtocolException">No line end within <see cref="MaxLineBytes"/>.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        var end = buffer.Slice(_scanned).PositionOf((byte)'\n');
        line = end is null ? buffer : buffer.Slice(0, end.Value);
        if (line.Length > MaxLineBytes)
        {
            throw new PoolProtocolException($"a line longer than {MaxLineBytes / 1024} KiB");
        }

        if (end is null)
        {
            _scanned = buffer.Length;
            return false;
        }

        _scanned = 0;
        buffer = buffer.Slice(buffer.GetPosition(1, end.Value));
        if (line.Length > 0 && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r')
        {
            line = line.Slice(0, line.Length - 1);
        }

        return true;
    }
}
