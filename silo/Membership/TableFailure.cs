using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Data.Sqlite;

namespace P2PMiner.Silo.Membership;

/// <summary>The ways in which a node can fail to answer.</summary>
internal static class TableFailure
{
    public static bool IsNoAnswer(Exception error) => error is IOException or SocketException or AuthenticationException or TableProtocolException
        or OperationCanceledException or TimeoutException or SqliteException or ObjectDisposedException;
}
