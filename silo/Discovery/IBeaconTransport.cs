using System.Net;

namespace P2PMiner.Silo.Discovery;

/// <summary>Takes a datagram. The bytes are the receiver's until it returns; called from several threads.</summary>
internal delegate void BeaconReceived(ReadOnlySpan<byte> datagram, BeaconWay way);

/// <summary>Carries datagrams to other nodes, as far as it reaches. Loses, repeats and reorders them as a network does.</summary>
internal interface IBeaconTransport : IAsyncDisposable
{
    /// <summary>Addresses of this machine that others can reach now; the same list while nothing changes.</summary>
    IReadOnlyList<IPAddress> LocalAddresses { get; }

    /// <summary>Opens the sockets and delivers until disposed. Once.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">No socket could be opened.</exception>
    void Start(BeaconReceived received);

    /// <summary>Sends to all nodes on its networks, and to the others named. Never blocks, never throws for the network's sake.</summary>
    /// <param name="unicast">UDP ports that broadcasts may not reach.</param>
    /// <param name="known">Nodes heard of in the last minutes, the most useful first. Read before this returns, or not at all.</param>
    void Send(ReadOnlySpan<byte> datagram, IReadOnlyCollection<IPEndPoint> unicast, IEnumerable<LivingPeer> known);
}
