using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using P2PMiner.Peers;
using P2PMiner.TestKit;

namespace P2PMiner.Security.Tests;

/// <summary>A listener on loopback behind <see cref="MutualTls"/> that echoes one byte to each member and records what became of each peer.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly System.Threading.Channels.Channel<string> _outcomes = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly Task _accepting;

    public TlsServer(ClusterKeyRing ring, TimeProvider clock)
    {
        Tls = new(new(new(1), ring, clock), ring, clock, Log);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public RecordingLogger<MutualTls> Log { get; } = new();

    public MutualTls Tls { get; }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>The next peer's end: "node N" when it was let in, else the reason.</summary>
    public async Task<string> OutcomeAsync() => await _outcomes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(EndPoint);
        return client;
    }

    /// <summary>Connects as a member with <paramref name="ring"/>; the echoed byte proves that both sides let each other in.</summary>
    public async Task<byte> EchoAsync(ClusterKeyRing ring, TimeProvider clock, NodeId? expected = null, byte value = 42)
    {
        using var client = await ConnectAsync();
        var tls = new MutualTls(new(new(2), ring, clock), ring, clock, new RecordingLogger<MutualTls>());
        await using var stream = await tls.ConnectAsync(client.GetStream(), EndPoint, expected, CancellationToken.None);
        await stream.WriteAsync(new[] { value });
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        return answer[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var stream = await Tls.AcceptAsync(client.GetStream(), client.Client.RemoteEndPoint, _stop.Token);
            _outcomes.Writer.TryWrite($"node {MutualTls.NodeOf(stream).Value}");
            var one = new byte[1];
            await stream.ReadExactlyAsync(one, _stop.Token);
            await stream.WriteAsync(one, _stop.Token);
        }
        catch (AuthenticationException error)
        {
            _outcomes.Writer.TryWrite(error.Message);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
        }
    }
}
