using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace P2PMiner.TestKit;

/// <summary>
/// Sends datagrams under source addresses that are not its own, as anyone on an Ethernet can; for IPv4 and IPv6. Needs root. Sends no faster than it was
/// told, so a machine that is busy gets less.
/// </summary>
internal sealed class UdpFlood
{
    private const byte Udp = 17;
    private const int UdpHeaderBytes = 8;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(1);

    private readonly byte[][] _packets;
    private readonly IPEndPoint _target;
    private readonly int _perSecond;
    private long _sent;

    /// <param name="target">Also a broadcast address. Of the same family as <paramref name="sources"/>.</param>
    /// <param name="sources">Whom the datagrams name as sender, in turn.</param>
    /// <param name="payloads">What they hold, in turn.</param>
    public UdpFlood(IPEndPoint target, IReadOnlyList<IPEndPoint> sources, IReadOnlyList<byte[]> payloads, int perSecond)
    {
        _target = target;
        _perSecond = perSecond;

        // Each payload under each source.
        _packets = [.. from payload in payloads from source in sources select Packet(source, target, payload)];
    }

    /// <summary>Datagrams sent so far. Any thread.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Sends until cancelled, on the calling thread and in its namespace.</summary>
    public void Run(CancellationToken cancellation)
    {
        // A raw socket of this protocol takes packets with their headers.
        using var socket = new Socket(_target.AddressFamily, SocketType.Raw, ProtocolType.Raw);
        if (_target.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.EnableBroadcast = true;
        }

        // The port of a raw socket's target is not that of the datagram, and IPv6 takes none.
        var target = new IPEndPoint(_target.Address, 0);
        var begun = Stopwatch.GetTimestamp();
        while (!cancellation.IsCancellationRequested)
        {
            for (var due = (long)(Stopwatch.GetElapsedTime(begun).TotalSeconds * _perSecond); _sent < due && !cancellation.IsCancellationRequested;)
            {
                try
                {
                    socket.SendTo(_packets[_sent % _packets.Length], target);
                }
                catch (SocketException error) when (error.SocketErrorCode is SocketError.NoBufferSpaceAvailable or SocketError.HostUnreachable)
                {
                    // Lost at once, as others are on the way.
                }

                Interlocked.Increment(ref _sent);
            }

            cancellation.WaitHandle.WaitOne(Slice);
        }
    }

    private static byte[] Packet(IPEndPoint source, IPEndPoint target, byte[] payload)
    {
        var isV4 = target.AddressFamily == AddressFamily.InterNetwork;
        byte[] header = isV4 ? HeaderV4(source, target, payload.Length) : HeaderV6(source, target, payload.Length);
        var datagram = new byte[UdpHeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)target.Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        payload.CopyTo(datagram, UdpHeaderBytes);
        if (!isV4)
        {
            // IPv4 does without one.
            BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), ChecksumV6(source, target, datagram));
        }

        return [.. header, .. datagram];
    }

    private static byte[] HeaderV4(IPEndPoint source, IPEndPoint target, int payloadBytes)
    {
        var header = new byte[20];
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + UdpHeaderBytes + payloadBytes));
        header[8] = 64;
        header[9] = Udp;
        source.Address.TryWriteBytes(header.AsSpan(12), out _);
        target.Address.TryWriteBytes(header.AsSpan(16), out _);
        return header;
    }

    private static byte[] HeaderV6(IPEndPoint source, IPEndPoint target, int payloadBytes)
    {
        var header = new byte[40];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(UdpHeaderBytes + payloadBytes));
        header[6] = Udp;
        header[7] = 64;
        source.Address.TryWriteBytes(header.AsSpan(8), out _);
        target.Address.TryWriteBytes(header.AsSpan(24), out _);
        return header;
    }

    /// <summary>The ones' complement sum of RFC 768 over the pseudo header of RFC 8200 and the datagram.</summary>
    private static ushort ChecksumV6(IPEndPoint source, IPEndPoint target, byte[] datagram)
    {
        byte[] summed = [.. source.Address.GetAddressBytes(), .. target.Address.GetAddressBytes(), 0, 0, (byte)(datagram.Length >> 8),
            (byte)datagram.Length, 0, 0, 0, Udp, .. datagram, 0];
        var sum = 0u;
        for (var i = 0; i + 1 < summed.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(summed.AsSpan(i));
        }

        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return sum == ushort.MaxValue ? ushort.MaxValue : (ushort)~sum;
    }
}
