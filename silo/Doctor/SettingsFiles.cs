using System.ComponentModel;
using P2PMiner.Security;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;

namespace P2PMiner.Silo.Doctor;

/// <summary>The files that settings come from, as far as their rights matter.</summary>
internal static class SettingsFiles
{
    /// <summary>Of the service: lines P2P_POOL__POOLS__0__PASS=...</summary>
    public const string OfService = "/etc/default/p2p-miner";

    /// <summary>What pools take when they ask for no password.</summary>
    private const string NoPassword = "x";

    /// <param name="paths">Those that do not exist are left out.</param>
    public static IReadOnlyList<(string Path, bool HoldsSecret, FileFacts? Facts)> Read(IEnumerable<string> paths)
        => [.. paths.Where(File.Exists).Select(path => (path, path == OfService ? HoldsSecretLine(path) : HoldsSecret(path), Facts(path)))];

    /// <returns>False also where the file cannot be read: then others cannot read it either.</returns>
    private static bool HoldsSecret(string path)
    {
        try
        {
            return SettingsFile.Read(path).Any(pair => IsSecret(pair.Key, pair.Value));
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static bool HoldsSecretLine(string path)
        => MachineText.Lines("/", path).Select(line => line.Split('=', 2))
            .Any(pair => pair.Length == 2 && pair[0].StartsWith(SettingsEnvironment.Prefix, StringComparison.Ordinal)
            && IsSecret(pair[0][SettingsEnvironment.Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), pair[1].Trim('"', '\'', ' ')));

    private static bool IsSecret(string key, string value) => SettingsSchema.Find(key) is { } setting
        && (setting.Privacy is Privacy.Secret or Privacy.Link ? value.Length > 0 && value != NoPassword
            : setting.Privacy == Privacy.Address && value.Contains('@'));

    /// <summary>Null: they cannot be read.</summary>
    private static FileFacts? Facts(string path)
    {
        try
        {
            return Libc.Facts(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        }
        catch (Exception error) when (error is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
