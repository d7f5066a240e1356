using System.Collections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings;

/// <summary>
/// The settings files of a start. A named file stands alone. Else there is orleans.json, which a person edits, and over it setup.json, which p2p-miner setup
/// writes: both beside the program if orleans.json is there, so that a program that was built here does not mine by the system's files; else those in /etc,
/// and over them the user's own setup.json.
/// </summary>
/// <param name="Read">Path and settings of each, weakest first.</param>
/// <param name="Skipped">Files that are there, but not for this user to read.</param>
internal sealed record FileLayers(IReadOnlyList<(string Path, Dictionary<string, string> Settings)> Read, IReadOnlyList<string> Skipped)
{
    /// <summary>What p2p-miner setup writes.</summary>
    public const string SetupName = "setup.json";

    /// <summary>Set by a service manager for a service that tells it when it is ready, as p2p-miner.service does.</summary>
    private const string ReadySocket = "NOTIFY_SOCKET";

    /// <summary>What a person is told of <see cref="Skipped"/>; null: nothing.</summary>
    public string? Note => Skipped.Count == 0 ? null : $"not read, because this user may not: {string.Join(", ", Skipped)}";

    /// <summary>One sentence for a person.</summary>
    public string Summary => Read.Count switch
    {
        0 => "No settings file was read.",
        1 => $"Settings were read from {Read[0].Path}.",
        _ => $"Settings were read from {Read[0].Path} and, over it, from {string.Join(", then ", Read.Skip(1).Select(file => file.Path))}.",
    };

    /// <param name="named">--config; null: the usual places.</param>
    /// <exception cref="ConfigurationException">A file is broken or, if it was named or this is the service, may not be read.</exception>
    public static FileLayers Load(string? named, IDictionary environment)
        => named is not null ? new([(named, SettingsFile.Read(named))], [])
            // A person may mine without the system's settings and is told so; a service would mine nothing, unnoticed.
            : Load(SettingsPlaces.Usual(environment), maySkip: environment[ReadySocket] is null);

    /// <inheritdoc cref="Load(string?, IDictionary)"/>
    public static FileLayers Load(SettingsPlaces places, bool maySkip)
    {
        var (read, skipped) = (new List<(string, Dictionary<string, string>)>(), new List<string>());
        foreach (var path in Usual(places).Where(File.Exists))
        {
            if (maySkip && !SettingsFile.MayRead(path))
            {
                skipped.Add(path);
            }
            else
            {
                read.Add((path, SettingsFile.Read(path)));
            }
        }

        return new(read, skipped);
    }

    /// <summary>Where files are looked for, weakest first.</summary>
    public static IEnumerable<string> Usual(SettingsPlaces places)
    {
        var folder = places.HasOwnFile ? places.Beside : places.System;
        yield return Path.Combine(folder, SettingsFile.Name);
        yield return Path.Combine(folder, SetupName);
        if (!places.HasOwnFile && places.User is not null)
        {
            yield return Path.Combine(places.User, SetupName);
        }
    }
}
