using P2PMiner.Security;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;

namespace P2PMiner.Silo.Setup;

/// <summary>The settings file that a setup writes.</summary>
/// <param name="IsForService">The package's service reads it.</param>
internal sealed record SetupTarget(string Path, bool IsForService)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string Name => System.IO.Path.GetFileName(Path);

    /// <param name="named">--config; null: the file that a start without --config reads last.</param>
    /// <exception cref="ConfigurationException">The user has no home folder.</exception>
    public static SetupTarget Choose(string? named, SettingsPlaces places, bool isRoot)
        => named is not null ? new(named, IsForService: false)
            : places.HasOwnFile ? new(System.IO.Path.Combine(places.Beside, FileLayers.SetupName), IsForService: false)
            : isRoot ? new(System.IO.Path.Combine(places.System, FileLayers.SetupName), IsForService: true)
            : places.User is not null ? new(System.IO.Path.Combine(places.User, FileLayers.SetupName), IsForService: false)
            : throw new ConfigurationException("--config: neither XDG_CONFIG_HOME nor HOME is set, so the file to write must be named");

    /// <summary>Readable by the service's group where the service reads it.</summary>
    /// <exception cref="SetupException">Others could change what is in the folder.</exception>
    public ISetupStore Open()
    {
        const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (Directory.Exists(Folder))
        {
            using var folder = Libc.OpenFolder(Folder);
            var facts = Libc.Facts(folder);
            if (facts.Owner != Libc.ActingUser || (facts.Mode & OthersWrite) != 0)
            {
                var reason = facts.Owner != Libc.ActingUser ? $"belongs to user {Libc.UserName(facts.Owner)}; run setup as that user"
                    : "other users can change what is in it; run chmod go-w on it if it is yours alone";
                throw new SetupException($"{Folder}: {reason}, or name a file in a folder of your own with --config");
            }
        }

        return new SetupStore(Folder, IsForService ? Libc.FindUser(DataFolder.ServiceUser)?.Group : null);
    }

    /// <summary>The files of a start by this target's user, without those that are not for them to read.</summary>
    public FileLayers Layers(SettingsPlaces places, string? named) => named is null ? FileLayers.Load(places, maySkip: true)
        : File.Exists(named) ? new([(named, SettingsFile.Read(named))], [])
        : new([], []);
}
