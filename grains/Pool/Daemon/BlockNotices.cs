using System.Text;
using NetMQ;
using NetMQ.Sockets;

namespace P2PMiner.Grains.Pool.Daemon;

/// <summary>
/// Listens to a daemon's --zmq-pub for new blocks. Messages may get lost, so they are hints; what they say is not even read.
/// </summary>
internal sealed class BlockNotices : IDisposable
{
    private const string Topic = "json-minimal-chain_main";
    private const int MaxMessageBytes = 1 << 20;

    private readonly SubscriberSocket _socket = new();
    private readonly NetMQPoller _poller;

    /// <param name="address">tcp://host:port.</param>
    /// <param name="onBlock">Called on a thread of ours; must not block.</param>
    /// <exception cref="PoolProtocolException">The address is not of that form.</exception>
    public BlockNotices(string address, Action onBlock)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != "tcp" || uri.Port is < 1 or > 65535 || uri.Host.Length == 0)
        {
            _socket.Dispose();
            throw new PoolProtocolException($"Zmq: '{address}' is not tcp://host:port");
        }

        _socket.Options.MaxMsgSize = MaxMessageBytes;
        _socket.Options.ReceiveHighWatermark = 16;
        _socket.Options.Linger = TimeSpan.Zero;
        var topic = Encoding.ASCII.GetBytes(Topic);
        _socket.Subscribe(topic);
        _socket.ReceiveReady += (_, ready) =>
        {
            var frames = new List<byte[]>();
            while (ready.Socket.TryReceiveMultipartBytes(ref frames!))
            {
                if (frames[0].AsSpan().StartsWith(topic))
                {
                    onBlock();
                }
            }
        };
        try
        {
            _socket.Connect($"tcp://{uri.Authority}");   // reconnects by itself for as long as it lives
        }
        catch (Exception e) when (e is NetMQException or ArgumentException or System.Net.Sockets.SocketException)
        {
            _socket.Dispose();
            throw new PoolProtocolException($"Zmq: '{address}': {e.Message}");
        }

        _poller = [_socket];
        _poller.RunAsync("zmq block notices");
    }

    public void Dispose()
    {
        _poller.Dispose();
        _socket.Dispose();
    }
}
