using System.Net;
using System.Net.Sockets;

namespace P2PMiner.TestKit;

/// <summary>A TCP relay on loopback that a test can make drop its connections or put bytes of its own into the stream towards the client.</summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Relay> _relays = [];
    private readonly Task _accepting;
    private volatile bool _refusing;

    public ChaosProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Connections that came so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Ends every connection at once, with what is on its way.</summary>
    public void DropAll()
    {
        lock (_gate)
        {
            _relays.ForEach(relay => relay.Dispose());
            _relays.Clear();
        }
    }

    /// <summary>Ends every connection and each new one at once, until <see cref="Welcome"/>.</summary>
    public void Refuse()
    {
        _refusing = true;
        DropAll();
    }

    public void Welcome() => _refusing = false;

    /// <summary>Sends bytes to every client between the lines that come from the target. False when a client went away meanwhile.</summary>
    public async Task<bool> InjectAsync(ReadOnlyMemory<byte> bytes)
    {
        Relay[] relays;
        lock (_gate)
        {
            relays = [.. _relays];
        }

        try
        {
            foreach (var relay in relays)
            {
                await relay.SendToClientAsync(bytes, _stop.Token);
            }

            return relays.Length > 0;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        DropAll();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Accepted++;
                if (_refusing)
                {
                    client.Dispose();
                    continue;
                }

                var server = new TcpClient();
                await server.ConnectAsync(_target, _stop.Token);
                var relay = new Relay(client, server);
                lock (_gate)
                {
                    _relays.Add(relay);
                }

                _ = RunAsync(relay);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed, or the target is gone: the test will notice.
        }
    }

    private async Task RunAsync(Relay relay)
    {
        await relay.RunAsync();
        lock (_gate)
        {
            _relays.Remove(relay);
        }

        relay.Dispose();
    }

    private sealed class Relay(TcpClient client, TcpClient server) : IDisposable
    {
        private readonly SemaphoreSlim _towardsClient = new(1, 1);

        /// <summary>Completes when either side has ended, however.</summary>
        public async Task RunAsync() =>
            await (await Task.WhenAny(PumpLinesAsync(), client.GetStream().CopyToAsync(server.GetStream())))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        public async Task SendToClientAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            await _towardsClient.WaitAsync(cancellation);
            try
            {
                await client.GetStream().WriteAsync(bytes, cancellation);
            }
            finally
            {
                _towardsClient.Release();
            }
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }

        /// <summary>Whole lines only, so that what a test injects stands between them.</summary>
        private async Task PumpLinesAsync()
        {
            var buffer = new byte[64 * 1024];
            var held = 0;
            while (await server.GetStream().ReadAsync(buffer.AsMemory(held)) is var read and > 0)
            {
                var end = buffer.AsSpan(0, held += read).LastIndexOf((byte)'\n') + 1;
                await SendToClientAsync(buffer.AsMemory(0, end), CancellationToken.None);
                buffer.AsSpan(end, held - end).CopyTo(buffer);
                held -= end;
            }
        }
    }
}
