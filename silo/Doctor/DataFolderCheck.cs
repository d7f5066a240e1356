using System.ComponentModel;
using System.Globalization;
using P2PMiner.Doctor;
using P2PMiner.Security;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Doctor;

/// <summary>Who may access the data folder and what is in it, by the rules that the node itself goes by.</summary>
internal static class DataFolderCheck
{
    public const string Name = "data folder";

    private const string Key = "cluster-key";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly string[] Files = [NodeIdentity.FileName, Key, "discovery", "membership.db", "history.db"];

    /// <summary>As the files are; a folder that is not there yet is no fault.</summary>
    public static IEnumerable<Finding> Examine(Examination given)
    {
        if (given.DataFolder is not { } folder)
        {
            return [Found.Speed(Name, "There is no home folder and no --data, so the node would not start.",
                $"{given.Commands.Miner} --data /var/lib/p2p-miner")];
        }

        try
        {
            return Facts(folder) is not { } facts
                ? [Found.Ok(Name, $"{folder} does not exist yet; the first start makes it.")]
                : Examine(given, folder, facts, [.. Files.Select(name => (name, Facts(Path.Combine(folder, name)))).Where(file => file.Item2 is not null)
                    .Select(file => (file.name, file.Item2!.Value))]);
        }
        catch (Win32Exception error)
        {
            return [Found.Note(Name, $"{folder} could not be read ({error.Message}).", given.User == 0 ? null : given.DoctorAsRoot)];
        }
    }

    /// <param name="files">Those that are there.</param>
    public static IReadOnlyList<Finding> Examine(Examination given, string folder, FileFacts facts, IReadOnlyList<(string Name, FileFacts Facts)> files)
    {
        // Root looks at the folder of a service, whose user owns it.
        var user = given.User == 0 ? facts.Owner : given.User;
        var owner = user.ToString(CultureInfo.InvariantCulture);
        var found = new List<Finding>();
        if (DataRules.FolderRefusal(folder, facts, user, toWrite: true) is { } refusal)
        {
            found.Add(Found.Safety(Name, Sentence(refusal),
                facts.Kind != FileKind.Folder ? null : facts.Owner != user ? $"sudo chown -R {owner} {Quoted(folder)}"
                    : $"{Sudo(given, facts)}chmod -R go-rwx {Quoted(folder)}",
                "the node starts, and nobody else can change its files"));
        }

        foreach (var (name, file) in files)
        {
            var path = Path.Combine(folder, name);
            if (DataRules.FileRefusal(path, file, facts, name == Key ? FileUse.ReadSecret : FileUse.Read) is { } reason)
            {
                var isRead = name == Key && file.Kind == FileKind.Plain && (file.Mode & Others) != 0;
                found.Add(Found.Safety(Name, Sentence(reason) + (isRead ? " If others may have read it, then give the cluster a new key." : ""),
                    file.Kind != FileKind.Plain ? null : file.Owner != facts.Owner
                        ? $"sudo chown {facts.Owner.ToString(CultureInfo.InvariantCulture)} {Quoted(path)}"
                        : $"{Sudo(given, file)}chmod 600 {Quoted(path)}",
                    name == Key ? "only you can let machines into the cluster" : "nobody else can change it"));
            }
        }

        return found.Count > 0 ? found : [Found.Ok(Name, $"{folder} is for its owner alone.")];
    }

    /// <summary>Null: nothing of that name.</summary>
    private static FileFacts? Facts(string path)
    {
        try
        {
            return Libc.Facts(path);
        }
        catch (Win32Exception error) when (error.NativeErrorCode is Libc.NoSuchFile)
        {
            return null;
        }
    }

    /// <summary>What is wrong, without the advice that the rules add for a log.</summary>
    private static string Sentence(string refusal) => refusal.Split(';')[0] + ".";

    private static string Sudo(Examination given, FileFacts facts) => given.User == facts.Owner && given.User != 0 ? "" : "sudo ";

    internal static string Quoted(string path)
        => path.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+@".Contains(letter)) ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
