using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Benchmarks;

/// <summary>Ports of the loopback that nobody uses just now.</summary>
internal static class FreePorts
{
    public static int[] Tcp(int count) => Find(count, SocketType.Stream, ProtocolType.Tcp);

    public static int Udp() => Find(1, SocketType.Dgram, ProtocolType.Udp)[0];

    private static int[] Find(int count, SocketType type, ProtocolType protocol)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, type, protocol)).ToArray();
        Array.ForEach(sockets, socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
        var ports = sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).ToArray();
        Array.ForEach(sockets, socket => socket.Dispose());
        return ports;
    }
}
