using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Security;

/// <summary>
/// A TCP port that lets members of the cluster in. Its user sees them after their handshake; a stranger costs a socket and a place among
/// the <see cref="MutualTls.MaxHandshakes"/>, and nothing of what is built on connections.
/// </summary>
internal sealed class MemberListener : IAsyncDisposable
{
    /// <summary>Time between two checks for a free file descriptor.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // As for Orleans' own sockets: a peer that is gone without a word is noticed within two and a half minutes, whatever protocol runs on
    // top.
    private const int KeepAliveAfterSeconds = 90;
    private const int KeepAliveEachSeconds = 30;
    private const int KeepAliveTries = 2;

    private readonly Socket _socket;
    private readonly MutualTls _tls;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LogLimit _lines;
    private readonly Channel<Member> _members = Channel.CreateUnbounded<Member>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _handshakes;

    /// <summary>Listens from now on.</summary>
    /// <exception cref="SocketException">The port is in use, or the address is not one of this machine.</exception>
    public MemberListener(IPEndPoint endPoint, MutualTls tls, TimeProvider clock, ILogger log)
    {
        (_tls, _clock, _log, _lines) = (tls, clock, log, new(clock, 1, TimeSpan.FromMinutes(1)));
        _socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                _socket.DualMode = true;
            }

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

    /// <summary>The next member; the caller disposes its stream. Null: the port is closed.</summary>
    public async ValueTask<Member?> NextAsync(CancellationToken cancellation)
        => await _members.Reader.WaitToReadAsync(cancellation) && _members.Reader.TryRead(out var member) ? member : null;

    /// <summary>Closes the port. Members that came before keep their connections, except those that were not yet handed out.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync();
            _socket.Dispose();
        }

        await _accepting;
        while (_members.Reader.TryRead(out var member))
        {
            await member.Stream.DisposeAsync();
        }
    }

    private async Task AcceptAsync()
    {
        while (await NextPeerAsync() is { } peer)
        {
            Interlocked.Increment(ref _handshakes);
            _ = LetInAsync(peer);
        }

        while (Volatile.Read(ref _handshakes) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        }

        _members.Writer.Complete();
    }

    /// <summary>Null: the port is to be closed.</summary>
    private async Task<Socket?> NextPeerAsync()
    {
        try
        {
            await _tls.WaitForRoomAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        while (true)
        {
            try
            {
                return await _socket.AcceptAsync(_stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException || _stop.IsCancellationRequested)
            {
                _tls.LeaveRoom();
                return null;
            }
            catch (SocketException error)
            {
                // A peer that left again, or no file descriptors: then one is freed, and waiting peers stay in the port's queue.
                if (error.SocketErrorCode == SocketError.TooManyOpenSockets)
                {
                    _tls.EndOldestHandshake();
                    if (_lines.Allows(out var leftOut))
                    {
                        _log.NoFilesLeft(EndPoint.Port, leftOut);
                    }
                }

                await Task.Delay(Pause, _clock, CancellationToken.None);
            }
        }
    }

    private async Task LetInAsync(Socket peer)
    {
        try
        {
            var from = (IPEndPoint)peer.RemoteEndPoint!;
            peer.NoDelay = true;
            peer.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            peer.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveAfterSeconds);
            peer.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveEachSeconds);
            peer.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
            _members.Writer.TryWrite(new(await _tls.AcceptAsync(new NetworkStream(peer, ownsSocket: true), from, _stop.Token), from));
        }
        catch (Exception error) when (
            error is AuthenticationException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Refused and named by the handshake, or gone.
            peer.Dispose();
        }
        catch (Exception error)
        {
            peer.Dispose();
            _log.HandshakeFailed(error);
        }
        finally
        {
            _tls.LeaveRoom();
            Interlocked.Decrement(ref _handshakes);
        }
    }

    /// <summary>One that was let in.</summary>
    /// <param name="Stream">Authenticated; owns the socket.</param>
    internal readonly record struct Member(SslStream Stream, IPEndPoint From);
}
