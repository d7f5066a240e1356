using P2PMiner.Doctor;
using P2PMiner.Security;

namespace P2PMiner.Silo.Doctor;

/// <summary>Who may read a settings file that holds a secret, and who may change where the shares go.</summary>
internal static class SettingsFileCheck
{
    public const string Name = "settings";

    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <param name="files">Each file read; whether it holds a password, token or login; and its facts, null where they cannot be read.</param>
    public static IEnumerable<Finding> Examine(Examination given, IReadOnlyList<(string Path, bool HoldsSecret, FileFacts? Facts)> files)
    {
        var isWrong = false;
        foreach (var (path, holdsSecret, facts) in files)
        {
            if (facts is not { } file)
            {
                continue;
            }

            var sudo = file.Owner == given.User && given.User != 0 ? "" : "sudo ";
            if (file.Owner != 0 && file.Owner != given.User && given.User != 0)
            {
                isWrong = true;
                yield return Found.Safety(Name, $"{path} belongs to another user, who can change where your shares go.",
                    $"sudo chown root {DataFolderCheck.Quoted(path)}", "only root can change it");
            }
            else if ((file.Mode & OthersWrite) != 0)
            {
                isWrong = true;
                yield return Found.Safety(Name, $"Other users can change {path}, and with it where your shares go.",
                    $"{sudo}chmod go-w {DataFolderCheck.Quoted(path)}", "only its owner can change it");
            }

            if (holdsSecret && (file.Mode & UnixFileMode.OtherRead) != 0)
            {
                isWrong = true;
                yield return Found.Safety(Name, $"{path} holds a password or token, and every user of this machine can read it.",
                    $"{sudo}chmod o-r {DataFolderCheck.Quoted(path)}",
                    "the password stays yours");
            }
        }

        if (!isWrong)
        {
            yield return Found.Ok(Name, files.Count == 0 ? "No settings file is in use."
                : $"{string.Join(", ", files.Select(file => file.Path))}: "
                    + $"only {(files.Count == 1 ? "its owner can change it" : "their owners can change them")}, and no secret is open.");
        }
    }
}
