using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace P2PMiner.Security;

/// <summary>Connects an Orleans client to a node's <see cref="ConsoleSocket"/>, whatever gateway it believes to go to.</summary>
internal sealed class ConsoleSocketFactory(string path) : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        => new MemberConnection((await OpenAsync(cancellationToken)).Stream, endpoint, new UnixDomainSocketEndPoint(path));

    /// <summary>The gateway that a client of this socket has to name.</summary>
    /// <exception cref="SocketException">Nobody listens, or this user may not connect.</exception>
    /// <exception cref="EndOfStreamException">The node refuses this user, or has too many connections.</exception>
    public async Task<IPEndPoint> FindGatewayAsync(CancellationToken cancellation)
    {
        var (stream, port) = await OpenAsync(cancellation);
        await stream.DisposeAsync();
        return new(IPAddress.Loopback, port);
    }

    private async Task<(NetworkStream Stream, int Port)> OpenAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var port = new byte[ConsoleSocket.GatewayBytes];
            await stream.ReadExactlyAsync(port, cancellation);
            return (stream, BinaryPrimitives.ReadUInt16BigEndian(port));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
