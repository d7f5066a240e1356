namespace P2PMiner.Security;

/// <summary>
/// Who may access a data folder: its owner alone, as ssh requires for its own folder. Each rule returns null if all is well, else what is
/// wrong and how to correct it.
/// </summary>
internal static class DataRules
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Others = OthersWrite | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private const uint Root = 0;

    /// <param name="user">
    /// The user that this process acts as. Root may read another user's folder, but not write there: its owner could steer what root
    /// writes.
    /// </param>
    public static string? FolderRefusal(string path, FileFacts folder, uint user, bool toWrite)
        => folder.Kind != FileKind.Folder ? $"{path}: is not a folder"
        : folder.Owner != user && (toWrite || user != Root)
            ? user == Root ? $"{path}: belongs to user {Name(folder.Owner)}, and this process runs as root; if it is the service's, "
                + $"run systemctl start p2p-miner; else run it as that user, with runuser -u {Name(folder.Owner)} -- p2p-miner --data {path}, or name another folder with --data"
            : $"{path}: belongs to user {Name(folder.Owner)}, and this process runs as user {Name(user)}; "
                + $"run it as that user, or run chown -R {Name(user)} {path}"
        : (folder.Mode & OthersWrite) != 0 ? $"{path}: other users can change what is in it; run chmod -R go-rwx {path}"
        : null;

    /// <summary>For a link on the way to the folder. Its owner can make it lead elsewhere at any time.</summary>
    public static string? LinkRefusal(string path, FileFacts link, uint user)
        => link.Kind == FileKind.Link && link.Owner != user && link.Owner != Root
            ? $"{path}: is a symbolic link of user {Name(link.Owner)}; name the folder itself" : null;

    public static string? FileRefusal(string path, FileFacts file, FileFacts folder, FileUse use)
        => file.Kind == FileKind.Link ? $"{path}: is a symbolic link; put the file itself there"
        : file.Kind != FileKind.Plain ? $"{path}: is not a plain file; move it away"
        : file.Owner != folder.Owner
            ? $"{path}: belongs to user {Name(file.Owner)} and its folder to user {Name(folder.Owner)}; "
                + $"if you trust the file, run chown {Name(folder.Owner)} {path}"
        : use == FileUse.ReadSecret && (file.Mode & Others) != 0
            ? $"{path}: other users can read or change it; run chmod 600 on it, and create a new key if others could have read it"
        : (file.Mode & OthersWrite) != 0 ? $"{path}: other users can change it; run chmod 600 {path}"
        : use == FileUse.Change && file.Links != 1
            ? $"{path}: has a second name elsewhere (a hard link), so that file would change too; put a copy in its place"
        : null;

    private static string Name(uint user) => Libc.UserName(user);
}
