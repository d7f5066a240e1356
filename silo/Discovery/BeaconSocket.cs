using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Silo.Discovery;

/// <summary>One family's UDP socket on the beacon port: shared with the other silos of the machine, member of the group on every interface.</summary>
internal sealed class BeaconSocket : IDisposable
{
    private readonly Socket _socket;
    private readonly IPAddress _group;
    private readonly int _port;
    private readonly HashSet<int> _joined = [];

    /// <exception cref="SocketException">The family is missing, or the port is taken by a program that does not share it.</exception>
    public BeaconSocket(IPAddress group, int port)
    {
        _group = group;
        _port = port;
        _socket = new(group.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (IsV6)
            {
                _socket.DualMode = false;
            }
            else
            {
                _socket.EnableBroadcast = true;
            }

            // One hop only, and heard on this machine too.
            _socket.SetSocketOption(Level, SocketOptionName.MulticastTimeToLive, 1);
            _socket.SetSocketOption(Level, SocketOptionName.MulticastLoopback, true);
            _socket.Bind(new IPEndPoint(IsV6 ? IPAddress.IPv6Any : IPAddress.Any, port));
            _socket.Blocking = false;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public AddressFamily Family => _group.AddressFamily;

    private bool IsV6 => Family == AddressFamily.InterNetworkV6;

    private SocketOptionLevel Level => IsV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP;

    /// <summary>Makes the memberships those of the interfaces given. An interface that went took its membership along.</summary>
    public void Join(IReadOnlyCollection<int> interfaces)
    {
        _joined.IntersectWith(interfaces);
        foreach (var index in interfaces.Where(_joined.Add))
        {
            try
            {
                object membership = IsV6 ? new IPv6MulticastOption(_group, index) : new MulticastOption(_group, index);
                _socket.SetSocketOption(Level, SocketOptionName.AddMembership, membership);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Already a member: the interface went and came back within one look.
            }
            catch (SocketException)
            {
                // No multicast there, or the interface has just gone; broadcast may still do, and the next look tries again.
                _joined.Remove(index);
            }
        }
    }

    /// <exception cref="SocketException">It did not leave.</exception>
    public void Multicast(ReadOnlySpan<byte> datagram, int interfaceIndex)
    {
        var option = IsV6 ? interfaceIndex : IPAddress.HostToNetworkOrder(interfaceIndex);
        _socket.SetSocketOption(Level, SocketOptionName.MulticastInterface, option);
        Send(datagram, new(_group, _port));
    }

    /// <exception cref="SocketException">It did not leave.</exception>
    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint target) => _socket.SendTo(datagram, SocketFlags.None, target);

    public async ValueTask<(int Bytes, IPEndPoint Source)> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IsV6 ? IPAddress.IPv6Any : IPAddress.Any, 0), cancellation);
        return (result.ReceivedBytes, (IPEndPoint)result.RemoteEndPoint);
    }

    public void Dispose() => _socket.Dispose();
}
