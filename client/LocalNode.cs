using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>The node that runs as a service on this machine, for users who do not have its cluster key.</summary>
internal static class LocalNode
{
    private static string Socket => ConsoleSocket.UsualPath(Environment.GetEnvironmentVariables());

    /// <summary>This user's data folder is that of the service, so that its key is the service's key.</summary>
    public static bool IsOwnFolder => DataFolder.Default() == DataFolder.OfService;

    /// <summary>The way to it; null: there is none that this user can see.</summary>
    public static string? FindSocket() => File.Exists(Socket) ? Socket : null;

    /// <summary>Where the node listens that runs with a data folder. Null: none does, as far as this user may see.</summary>
    /// <param name="folder">Null: the usual one of this user.</param>
    public static (string Host, int Port)? FindGateway(string? folder)
        => (folder ?? DataFolder.Default()) is { } place && NodeNote.ReadLiving(place) is { Gateway: var gateway }
            ? (gateway.Address.ToString(), gateway.Port) : null;

    /// <summary>How to reach nodes that run with other data folders than the usual one. Null: this user sees none.</summary>
    public static string? Elsewhere()
        => string.Join(" or ", NodeProcess.Find().Select(node => node.DataFolder).OfType<string>().Where(folder => folder != DataFolder.Default())
            .Select(folder => $"--data {folder}")) is { Length: > 0 } options ? $"for the node that runs with another data folder add {options}" : null;

    /// <summary>What to do when the own key leads to no node, if another node of this machine was meant; null: this user sees none.</summary>
    public static string? Others()
        => string.Join("; ", new[] { IsOwnFolder ? null : OfService("the service of this machine has a key of its own"), Elsewhere() }.OfType<string>())
            is { Length: > 0 } hints ? hints : null;

    /// <summary>To be told with a line of the own key; null: no other could be meant.</summary>
    public static string? NoteOfOwnKey(string path)
        => IsOwnFolder || OfService("") is null ? null
            : $"this is the cluster of your own key, in {path}; for that of the service of this machine run the same command with sudo";

    /// <summary>What to do without a key if that node was meant.</summary>
    /// <param name="reason">Why there is no key; it is all there is to say where no such node runs.</param>
    public static string Advise(string reason) => string.Join("; ", new[]
    {
        File.Exists(Socket) ? null : reason, OfService("the cluster key is kept by the service of this machine"), Elsewhere(),
    }.OfType<string>());

    /// <summary>What to do where there is no key in this user's data folder, before what <see cref="Advise"/> adds.</summary>
    /// <param name="nodes">That run on this machine.</param>
    public static string WithoutKey(string folder, IReadOnlyList<NodeProcess> nodes)
        => nodes.Count == 0 ? $"no node runs on this machine, and there is no cluster key in {folder}: start one with p2p-miner --practice, to try it, or with p2p-miner setup"
            : nodes.All(node => node.DataFolder is null) ? $"there is no cluster key in {folder}: the p2p-miner that runs here is another user's; run the same command as that user"
            : $"there is no cluster key in {folder}";

    /// <param name="key">What is known of its key.</param>
    private static string? OfService(string key)
        => File.Exists(Socket) ? $"{key}, for root: run the same command with sudo"
            : Directory.Exists(Path.GetDirectoryName(Socket)) ? "for the service of this machine run the same command with sudo, "
                + $"or let root add you to its group: usermod -aG {DataFolder.ServiceUser} USER"
            : null;
}
