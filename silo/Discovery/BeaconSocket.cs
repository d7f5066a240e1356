using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Silo.Discovery;

/// <summary>One family's UDP socket on the beacon port: shared with the other silos of the machine, member of the group on every interface.</summary>
internal sealed class BeaconSocket : IDisposable
{
    /// <summary>A tenth of a second of 30,000 datagrams a second, at about 800 bytes of kernel memory each, which the kernel allows twice for.</summary>
    private const int BufferBytes = 2 << 20;

    /// <summary>SOL_SOCKET and SO_RCVBUFFORCE of Linux.</summary>
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;

    private readonly Socket _socket;
    private readonly IPAddress _group;
    private readonly int _port;
    private readonly IPEndPoint _any;
    private readonly SocketAddress _from;
    private readonly HashSet<int> _joined = [];

    /// <exception cref="SocketException">The family is missing, or the port is taken by a program that does not share it.</exception>
    public BeaconSocket(IPAddress group, int port)
    {
        _group = group;
        _port = port;
        _any = new(IsV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        _from = new(group.AddressFamily);
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

            MakeRoom();

            // One hop only, and heard on this machine too.
            _socket.SetSocketOption(Level, SocketOptionName.MulticastTimeToLive, 1);
            _socket.SetSocketOption(Level, SocketOptionName.MulticastLoopback, true);
            _socket.Bind(new IPEndPoint(_any.Address, port));
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

    /// <summary>
    /// Datagrams that come while this process gets no CPU wait here. Root may exceed the system's limit (net.core.rmem_max); other users
    /// get at most that.
    /// </summary>
    private void MakeRoom()
    {
        _socket.ReceiveBufferSize = BufferBytes;
        try
        {
            _socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(BufferBytes));
        }
        catch (SocketException)
        {
            // Not root, or not Linux.
        }
    }

    /// <summary>Makes the memberships match the given interfaces. An interface that is gone has lost its membership with it.</summary>
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
                // Already a member: the interface went and came back between two checks.
            }
            catch (SocketException)
            {
                // No multicast there, or the interface has just gone; broadcast may still work, and the next check tries again.
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

    /// <summary>Waits for a datagram. To be used by one thread.</summary>
    /// <returns>False: none has come.</returns>
    /// <exception cref="SocketException">It cannot be read now.</exception>
    public bool TryReceive(Span<byte> buffer, TimeSpan wait, out int bytes, [NotNullWhen(true)] out IPEndPoint? source)
    {
        (bytes, source) = (0, null);
        if (!_socket.Poll(wait, SelectMode.SelectRead))
        {
            return false;
        }

        try
        {
            bytes = _socket.ReceiveFrom(buffer, SocketFlags.None, _from);
            source = (IPEndPoint)_any.Create(_from);
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
        {
            // Its checksum was wrong: it was announced, and then was not there.
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
