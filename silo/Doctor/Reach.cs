using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether a TCP port can be reached: a connection that says nothing and is closed again.</summary>
internal static class Reach
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>Null: it can; otherwise why not, in a few words.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "any failure is the answer")]
    public static async Task<string?> TryAsync(EndPoint endPoint, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(endPoint, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "no answer";
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "refused: nothing listens there",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its name is not known",
                SocketError.NetworkUnreachable or SocketError.HostUnreachable => "there is no way to it",
                _ => error.Message,
            };
        }
    }
}
