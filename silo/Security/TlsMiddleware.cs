using System.IO.Pipelines;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace P2PMiner.Silo.Security;

/// <summary>Puts <see cref="MutualTls"/> between an Orleans connection and its transport.</summary>
internal static class TlsMiddleware
{
    /// <summary>For connections that others open.</summary>
    public static void UseMutualTlsInbound(this IConnectionBuilder connections, MutualTls tls)
        => connections.Use(next => connection => RunAsync(connection, next, tls, isServer: true));

    /// <summary>For connections that this process opens.</summary>
    public static void UseMutualTlsOutbound(this IConnectionBuilder connections, MutualTls tls)
        => connections.Use(next => connection => RunAsync(connection, next, tls, isServer: false));

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, MutualTls tls, bool isServer)
    {
        var transport = connection.Transport;
        var inner = new PipeStream(transport);
        System.Net.Security.SslStream stream;
        try
        {
            stream = isServer ? await tls.AcceptAsync(inner, connection.RemoteEndPoint, connection.ConnectionClosed)
                : await tls.ConnectAsync(inner, connection.RemoteEndPoint, expected: null, connection.ConnectionClosed);
        }
        catch (Exception error) when (error is AuthenticationException or OperationCanceledException)
        {
            connection.Abort(new ConnectionAbortedException(error.Message));
            if (isServer)
            {
                // Named by the refusal log already; Orleans would log every single attempt of a stranger.
                return;
            }

            throw;
        }

        var secured = new StreamPipe(stream);
        try
        {
            connection.Transport = secured;
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
            await secured.Input.CompleteAsync();
            await secured.Output.CompleteAsync();
            await stream.DisposeAsync();
        }
    }

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
