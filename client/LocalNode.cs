using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>The node that runs as a service on this machine, for users who do not have its cluster key.</summary>
internal static class LocalNode
{
    private static string Socket => ConsoleSocket.UsualPath(Environment.GetEnvironmentVariables());

    /// <summary>The way to it. Null: there is none, or none is needed, because this user has a key.</summary>
    public static string? FindSocket()
    {
        if (!File.Exists(Socket))
        {
            return null;
        }

        try
        {
            Program.ReadKey(null);
            return null;
        }
        catch (RefusedException)
        {
            return Socket;
        }
    }

    /// <summary>What to do without a key if that node was meant.</summary>
    /// <param name="reason">Why there is no key; it is all there is to say where no such node runs.</param>
    public static string Advise(string reason)
        => File.Exists(Socket) ? "the cluster key is kept by the service of this machine, for root: run the same command with sudo"
            : Directory.Exists(Path.GetDirectoryName(Socket))
                ? $"{reason}; for the service of this machine run the same command with sudo, "
                    + $"or let root add you to its group: usermod -aG {DataFolder.ServiceUser} USER"
            : reason;
}
