namespace P2PMiner.Security;

/// <summary>Where the node keeps what must survive a restart. p2p-miner and p2p-console look in the same place.</summary>
internal static class DataFolder
{
    /// <summary>That of the package's service, and of root.</summary>
    public const string OfService = $"/var/lib/{Name}";

    /// <summary>The user of the package's service.</summary>
    public const string ServiceUser = Name;

    private const string Name = "p2p-miner";

    /// <summary>
    /// $XDG_DATA_HOME/p2p-miner, else ~/.local/share/p2p-miner; for root /var/lib/p2p-miner, where a service's data belongs. Null: there is
    /// no home folder.
    /// </summary>
    public static string? Default(Func<string, string?> environment, bool isRoot)
    {
        if (isRoot)
        {
            return OfService;
        }

        // The specification of XDG_DATA_HOME says that a relative path is to be ignored.
        if (environment("XDG_DATA_HOME") is { Length: > 0 } data && Path.IsPathRooted(data))
        {
            return Path.Combine(data, Name);
        }

        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "share", Name) : null;
    }

    /// <inheritdoc cref="Default(Func{string, string?}, bool)"/>
    public static string? Default() => Default(Environment.GetEnvironmentVariable, isRoot: Environment.IsPrivilegedProcess);
}
