using System.ComponentModel;

namespace P2PMiner.Security;

/// <summary>
/// Lets root write in the data folder of another user, such as that of the service, so that this user can read what was written. It is done with the rights
/// of that user (setfsuid), so whatever that user has put in the way, root's rights cannot be led to it. For other users nothing changes.
/// </summary>
/// <param name="serviceFolder">Made for <paramref name="serviceUser"/> when it is missing, if there is such a user.</param>
internal sealed class FolderOwner(string serviceFolder, string serviceUser)
{
    private const uint Root = 0;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>For the folder and the user of the package.</summary>
    public static FolderOwner OfService { get; } = new(DataFolder.OfService, DataFolder.ServiceUser);

    /// <summary>Runs <paramref name="work"/> as the owner of <paramref name="folder"/> where this process is root, else as it is.</summary>
    /// <param name="work">Stays on this thread: only this one has the other rights.</param>
    /// <exception cref="DataFileException">The folder of the service cannot be made.</exception>
    public T Act<T>(string folder, Func<T> work)
    {
        if (Libc.ActingUser != Root)
        {
            return work();
        }

        folder = Path.GetFullPath(folder);
        var facts = Find(folder);
        if (facts is null && folder == serviceFolder && Libc.FindUser(serviceUser) is { } user)
        {
            facts = Make(folder, user.User, user.Group);
        }

        if (facts is not { Kind: FileKind.Folder } there || there.Owner == Root)
        {
            return work();
        }

        Libc.ActAs(there.Owner, there.Group);
        try
        {
            return work();
        }
        finally
        {
            Libc.ActAsProcess();
        }
    }

    /// <summary>For root: the user whose folder it is; null: root's own, there is none, or this process is not root.</summary>
    public static string? NameOfOther(string folder)
        => Libc.ActingUser == Root && Find(folder) is { Kind: FileKind.Folder, Owner: not Root and var owner } ? Libc.UserName(owner) : null;

    /// <summary>Null: there is none, or it cannot be opened; what is done there will say so.</summary>
    private static FileFacts? Find(string folder)
    {
        try
        {
            using var at = Libc.OpenFolder(folder);
            return Libc.Facts(at);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Given away by its handle and not by its name, once it is known to be root's.</summary>
    private static FileFacts Make(string folder, uint user, uint group)
    {
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            using var at = Libc.OpenFolderItself(folder);
            if (Libc.Facts(at).Owner == Root)
            {
                Libc.GiveTo(at, user, group);
            }

            return Libc.Facts(at);
        }
        catch (Exception error) when (error is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new DataFileException($"{folder}: cannot be made ({error.Message})");
        }
    }
}
