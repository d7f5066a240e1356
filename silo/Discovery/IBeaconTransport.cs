using System.Net;

namespace P2PMiner.Silo.Discovery;

/// <summary>Takes a datagram. The bytes are the receiver's until it returns; called from several threads.</summary>
internal delegate void BeaconReceived(ReadOnlySpan<byte> datagram, IPEndPoint source);

/// <summary>Carries datagrams to whoever listens nearby and to named end points. Loses, repeats and reorders them as a network does.</summary>
internal interface IBeaconTransport : IAsyncDisposable
{
    /// <summary>Addresses of this machine that others may reach, as of now; the same list while nothing changes.</summary>
    IReadOnlyList<IPAddress> LocalAddresses { get; }

    /// <summary>Opens the sockets and delivers until disposed. Once.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">No socket could be opened.</exception>
    void Start(BeaconReceived received);

    /// <summary>Sends to all reachable by broadcast and multicast, and to each of <paramref name="unicast"/>. Never blocks, never throws for the network's sake.</summary>
    void Send(ReadOnlySpan<byte> datagram, IReadOnlyCollection<IPEndPoint> unicast);
}
