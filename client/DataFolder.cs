namespace P2PMiner.Client;

/// <summary>Where p2p-miner keeps the cluster key.</summary>
internal static class DataFolder
{
    /// <summary>As p2p-miner chooses it: $XDG_DATA_HOME/p2p-miner, else ~/.local/share/p2p-miner; for root /var/lib/p2p-miner.</summary>
    public static string Usual()
        => Environment.IsPrivilegedProcess ? "/var/lib/p2p-miner"
            : Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data && Path.IsPathRooted(data) ? Path.Combine(data, "p2p-miner")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "p2p-miner");
}
