using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using P2PMiner.Silo.Security;

namespace P2PMiner.Silo.Membership;

/// <summary>The table port: members of the cluster only, one request after another on each connection.</summary>
internal sealed class TableListener : IAsyncDisposable
{
    /// <summary>One for each node and a few for those that come again before their last one is known to be gone.</summary>
    private const int MaxConnections = 4096;

    /// <summary>Silos read the table every few seconds.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    /// <summary>Of all members together: each holds the key, and so can have a certificate for any name.</summary>
    public const int LinesPerMinute = 8;

    private readonly Socket _socket;
    private readonly MutualTls _tls;
    private readonly TableServer _server;
    private readonly AnswerBeacon _beacons;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LogLimit _drops;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;

    /// <summary>Listens from now on.</summary>
    /// <exception cref="SocketException">The port is taken or the address is not this machine's.</exception>
    public TableListener(IPEndPoint endPoint, MutualTls tls, TableServer server, AnswerBeacon beacons, TimeProvider clock, ILogger<TableListener> log)
    {
        (_tls, _server, _beacons, _clock, _log) = (tls, server, beacons, clock, log);
        _drops = new(clock, LinesPerMinute, TimeSpan.FromMinutes(1));
        _socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(endPoint);
            _socket.Listen();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket peer;
            try
            {
                peer = await _socket.AcceptAsync(_stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException)
            {
                // Out of file descriptors, or a peer that left again: the next one may fare better.
                await Task.Delay(TimeSpan.FromMilliseconds(50), _clock, CancellationToken.None);
                continue;
            }

            if (Interlocked.Increment(ref _connections) > MaxConnections)
            {
                Interlocked.Decrement(ref _connections);
                peer.Dispose();
                continue;
            }

            _ = ServeAsync(peer);
        }

        while (Volatile.Read(ref _connections) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        try
        {
            peer.NoDelay = true;
            var from = (IPEndPoint)peer.RemoteEndPoint!;
            await using var stream = await _tls.AcceptAsync(new NetworkStream(peer, ownsSocket: true), from, _stop.Token);
            await ServeAsync(stream, from);
        }
        catch (Exception error) when (error is AuthenticationException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Refused and named by the handshake, or gone.
        }
        catch (Exception error)
        {
            Dropped("?", error);
        }
        finally
        {
            peer.Dispose();
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task ServeAsync(SslStream stream, IPEndPoint from)
    {
        try
        {
            while (true)
            {
                using var pause = new CancellationTokenSource(LongestPause, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, _stop.Token);
                if (await TableFrames.ReadRequestAsync(stream, either.Token) is not { } request)
                {
                    return;
                }

                // Beacons do not wait for the table, which may be in the middle of a hand-over.
                var answer = request is TableRequest.Beacon beacon ? new(TableOutcome.Done, 0, Beacons: _beacons(MutualTls.NodeOf(stream), from, beacon))
                    : await _server.HandleAsync(request, _stop.Token);
                await TableFrames.WriteAsync(stream, answer, either.Token);
            }
        }
        catch (Exception error) when (error is TableProtocolException or Microsoft.Data.Sqlite.SqliteException)
        {
            Dropped(MutualTls.NodeOf(stream).Short, error);
        }
    }

    private void Dropped(string node, Exception error)
    {
        if (_drops.Allows(out var leftOut))
        {
            _log.Dropped(node, error.Message, leftOut);
        }
    }
}
