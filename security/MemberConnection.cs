using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace P2PMiner.Security;

/// <summary>A connection that was let in, in the form that Orleans uses.</summary>
internal sealed class MemberConnection : ConnectionContext
{
    private readonly Stream _stream;
    private readonly Action? _closed;
    private readonly CancellationTokenSource _end = new();
    private int _isClosed;
    private int _isDisposed;

    /// <param name="stream">Disposed with this.</param>
    /// <param name="closed">Called once, when the stream has been closed.</param>
    public MemberConnection(Stream stream, EndPoint remote, EndPoint local, Action? closed = null)
    {
        (_stream, _closed) = (stream, closed);
        (RemoteEndPoint, LocalEndPoint, ConnectionClosed) = (remote, local, _end.Token);
        Transport = new StreamPipe(_stream);
    }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    /// <summary>Ends it at once, without a message to the peer; everything that waits for it ends.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Disposed already.
        }

        _stream.Dispose();
        TellClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        await _stream.DisposeAsync();
        TellClosed();
        await _end.CancelAsync();
        _end.Dispose();
    }

    private void TellClosed()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _closed?.Invoke();
        }
    }
}
