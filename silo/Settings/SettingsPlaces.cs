using System.Collections;

namespace P2PMiner.Silo.Settings;

/// <summary>The folders in which settings files are looked for when none is named.</summary>
/// <param name="Beside">The program's own, for one that was built here.</param>
/// <param name="System">For the whole system, where the package has its file.</param>
/// <param name="User">An ordinary user's own; null for root, or without a home.</param>
internal sealed record SettingsPlaces(string Beside, string System, string? User)
{
    private const string Name = "p2p-miner";

    /// <summary>A settings file in <see cref="Beside"/> keeps the other folders out.</summary>
    public bool HasOwnFile => File.Exists(Path.Combine(Beside, SettingsFile.Name));

    public static SettingsPlaces Usual(IDictionary environment)
        => new(AppContext.BaseDirectory, Path.Combine("/etc", Name), Environment.IsPrivilegedProcess ? null : OfUser(environment));

    /// <summary>$XDG_CONFIG_HOME/p2p-miner, else ~/.config/p2p-miner.</summary>
    private static string? OfUser(IDictionary environment)
        // The specification of XDG_CONFIG_HOME says that a relative path is to be ignored.
        => environment["XDG_CONFIG_HOME"] is string { Length: > 0 } settings && Path.IsPathRooted(settings) ? Path.Combine(settings, Name)
            : environment["HOME"] is string { Length: > 0 } home ? Path.Combine(home, ".config", Name)
            : null;
}
