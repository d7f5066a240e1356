using System.Net.Security;
using System.Net.Sockets;
using P2PMiner.Security;

namespace P2PMiner.Silo.Membership;

/// <summary>A connection to one table port at a time, opened when first needed and again after any failure. Thread-safe: callers take turns.</summary>
internal sealed class TableConnection(MutualTls tls) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private TablePeer? _peer;
    private SslStream? _stream;

    /// <summary>Asks <paramref name="peer"/>, and no other node that may answer at its address.</summary>
    /// <exception cref="Exception">No answer, see <see cref="TableFailure"/>; whether the request was carried out is then unknown.</exception>
    public async Task<TableAnswer> AskAsync(TablePeer peer, TableRequest request, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var stream = await OpenAsync(peer, cancellation);
            await TableFrames.WriteAsync(stream, request, cancellation);
            return await TableFrames.ReadAnswerAsync(stream, cancellation);
        }
        catch
        {
            // If a request did not read its answer, the next request would get it.
            await CloseAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        await CloseAsync();
        _turn.Release();
    }

    private async Task<SslStream> OpenAsync(TablePeer peer, CancellationToken cancellation)
    {
        if (_stream is not null && _peer == peer)
        {
            return _stream;
        }

        await CloseAsync();
        var socket = new Socket(peer.TablePort.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(peer.TablePort, cancellation);
            _stream = await tls.ConnectAsync(new NetworkStream(socket, ownsSocket: true), peer.TablePort, peer.Node, cancellation);
            _peer = peer;
            return _stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task CloseAsync()
    {
        if (_stream is { } stream)
        {
            _stream = null;
            try
            {
                await stream.DisposeAsync();
            }
            catch (Exception error) when (TableFailure.IsNoAnswer(error))
            {
                // It was broken already; that is why it is closed.
            }
        }
    }
}
