using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace P2PMiner.Security;

/// <summary>Puts <see cref="MutualTls"/> between an Orleans connection and its transport.</summary>
internal static class TlsMiddleware
{
    /// <summary>For connections that this process opens. Those that others open pass through <see cref="MemberListener"/>.</summary>
    public static void UseMutualTlsOutbound(this IConnectionBuilder connections, MutualTls tls)
        => connections.Use(next => connection => RunAsync(connection, next, tls));

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, MutualTls tls)
    {
        var transport = connection.Transport;
        SslStream stream;
        try
        {
            stream = await tls.ConnectAsync(new PipeStream(transport), connection.RemoteEndPoint, expected: null, connection.ConnectionClosed);
        }
        catch (Exception error) when (error is AuthenticationException or OperationCanceledException)
        {
            connection.Abort(new ConnectionAbortedException(error.Message));
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
}
