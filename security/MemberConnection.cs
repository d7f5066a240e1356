using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace P2PMiner.Security;

/// <summary>The connection of a member in the form that Orleans uses.</summary>
internal sealed class MemberConnection : ConnectionContext
{
    private readonly SslStream _stream;
    private readonly CancellationTokenSource _closed = new();
    private int _isDisposed;

    public MemberConnection(MemberListener.Member member, EndPoint local)
    {
        _stream = member.Stream;
        (RemoteEndPoint, LocalEndPoint, ConnectionClosed) = (member.From, local, _closed.Token);
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
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Disposed already.
        }

        _stream.Dispose();
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
        await _closed.CancelAsync();
        _closed.Dispose();
    }
}
