using System.Net;
using System.Net.Sockets;

namespace P2PMiner.TestKit;

/// <summary>
/// Ports that nobody uses just now, for programs that are to open them a while later. Until then no connection may get one of them by chance, so they lie
/// below those that Linux chooses itself (from 32768 up); and none is given twice.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    /// <summary>Somewhere else in each process, for those that run side by side.</summary>
    private static int _last = Random.Shared.Next(Count);

    /// <summary>One port, free for TCP and UDP.</summary>
    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port, SocketType.Stream, ProtocolType.Tcp) && IsFree(port, SocketType.Dgram, ProtocolType.Udp))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"no port from {First} to {First + Count - 1} is free");
    }

    public static int[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Take())];

    private static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
