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

    /// <summary>Where the node listens that runs with a data folder. Null: none does, as far as this user may see.</summary>
    /// <param name="folder">Null: the usual one of this user.</param>
    public static (string Host, int Port)? FindGateway(string? folder)
        => (folder ?? DataFolder.Default()) is { } place && NodeNote.ReadLiving(place) is { Gateway: var gateway }
            ? (gateway.Address.ToString(), gateway.Port) : null;

    /// <summary>How to reach nodes that run with other data folders than the usual one. Null: this user sees none.</summary>
    public static string? Elsewhere()
        => string.Join(" or ", NodeProcess.Find().Select(node => node.DataFolder).OfType<string>().Where(folder => folder != DataFolder.Default())
            .Select(folder => $"--data {folder}")) is { Length: > 0 } options ? $"for the node that runs with another data folder add {options}" : null;

    /// <summary>What to do without a key if that node was meant.</summary>
    /// <param name="reason">Why there is no key; it is all there is to say where no such node runs.</param>
    public static string Advise(string reason) => Elsewhere() is { } hint ? $"{OfService(reason)}; {hint}" : OfService(reason);

    private static string OfService(string reason)
        => File.Exists(Socket) ? "the cluster key is kept by the service of this machine, for root: run the same command with sudo"
            : Directory.Exists(Path.GetDirectoryName(Socket))
                ? $"{reason}; for the service of this machine run the same command with sudo, "
                    + $"or let root add you to its group: usermod -aG {DataFolder.ServiceUser} USER"
            : reason;
}
