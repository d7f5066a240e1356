using System.ComponentModel;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace P2PMiner.Security;

/// <summary>
/// The files of a data folder. The folder is made with mode 0700 and files with 0600 whatever the umask; what other users own or could
/// change is refused (<see cref="DataRules"/>), no link in the folder is followed, and nothing but a plain file of bounded size is read. A
/// file is written under another name, flushed and renamed, so that a crash leaves either the old or the new one. Every failure is a
/// <see cref="DataFileException"/>. Thread-safe, also between processes.
/// </summary>
internal sealed class DataStore(string folder)
{
    /// <summary>Held by the node that runs with this folder.</summary>
    public const string LockName = "lock";

    /// <summary>See <see cref="SetAside"/>.</summary>
    public const string Damaged = "damaged";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Folder { get; } = Path.GetFullPath(folder);

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <returns>Null: there is no such file, or no folder yet.</returns>
    /// <param name="maxBytes">A longer one is refused.</param>
    public byte[]? Read(string name, int maxBytes, FileUse use = FileUse.Read) => Guard(PathOf(name), () =>
    {
        try
        {
            using var at = OpenFolder(toWrite: false);
            using var file = Libc.OpenToRead(at, name);
            var facts = Require(name, file, at, use);
            if (facts.Bytes > maxBytes)
            {
                throw new DataFileException(
                    $"{PathOf(name)}: is longer than {maxBytes} bytes, so p2p-miner did not write it; move it away");
            }

            var content = new byte[facts.Bytes];
            var read = 0;
            while (read < content.Length && RandomAccess.Read(file, content.AsSpan(read), read) is var more and > 0)
            {
                read += more;
            }

            return content[..read];
        }
        catch (Win32Exception error) when (error.NativeErrorCode is Libc.NoSuchFile)
        {
            return null;
        }
    });

    /// <summary>Writes a file that does not exist yet.</summary>
    /// <returns>False: something of that name is there, and is left as it is.</returns>
    public bool TryCreate(string name, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        return Guard(PathOf(name), () =>
        {
            using var at = OpenFolder(toWrite: true);
            var aside = WriteAside(at, name, bytes, flush: true);
            try
            {
                // A second name and not a move, because that fails where there is a file; if two processes start at once, one of them
                // succeeds.
                var isMade = Libc.TryLink(at, aside, name, out var isPossible);
                if (!isPossible && !Exists(name))
                {
                    Libc.Rename(at, aside, name);
                    isMade = true;
                }

                RandomAccess.FlushToDisk(at);
                return isMade;
            }
            finally
            {
                RemoveIfThere(at, aside);
            }
        });
    }

    /// <summary>Writes a file in place of the old one.</summary>
    /// <param name="flush">False: it may be lost in a power cut. For what must not wait for a slow disk.</param>
    /// <param name="readers">A group that may read the file; null: only the owner may.</param>
    public void Replace(string name, ReadOnlySpan<byte> content, bool flush = true, uint? readers = null)
    {
        var bytes = content.ToArray();
        Guard(PathOf(name), () =>
        {
            using var at = OpenFolder(toWrite: true);
            var aside = WriteAside(at, name, bytes, flush, readers);
            try
            {
                Libc.Rename(at, aside, name);
            }
            catch
            {
                RemoveIfThere(at, aside);
                throw;
            }

            if (flush)
            {
                RandomAccess.FlushToDisk(at);
            }

            return true;
        });
    }

    /// <summary>Does nothing where there is no such file.</summary>
    public void Remove(string name) => Guard(PathOf(name), () =>
    {
        using var at = OpenFolder(toWrite: true);
        RemoveIfThere(at, name);
        RandomAccess.FlushToDisk(at);
        return true;
    });

    /// <summary>
    /// Renames a file, whatever it is, to NAME.WORD-TIME; if it is a plain file, only its owner can access it from then on.
    /// </summary>
    /// <returns>Where it is now; null: there was none.</returns>
    public string? SetAside(string name, string word, DateTimeOffset now) => Guard(PathOf(name), () =>
    {
        using var at = OpenFolder(toWrite: true);
        if (!Exists(name))
        {
            return null;
        }

        var kept = AsideNames(name, word, now).First(kept => !Exists(kept));
        if (Libc.Facts(PathOf(name)) is { Kind: FileKind.Plain } facts && facts.Owner == Libc.ActingUser)
        {
            File.SetUnixFileMode(PathOf(name), OwnerOnly);
        }

        Libc.Rename(at, name, kept);
        RandomAccess.FlushToDisk(at);
        return PathOf(kept);
    });

    /// <summary>Names under which a file can be kept when another takes its place, the best first.</summary>
    public static IEnumerable<string> AsideNames(string name, string word, DateTimeOffset now)
    {
        var first = $"{name}.{word}-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        return Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{first}-{i}").Prepend(first);
    }

    /// <summary>
    /// For a library that opens files by their paths and writes in place: makes sure that only the owner can access them. Safe because
    /// nobody else can change the folder afterwards.
    /// </summary>
    /// <param name="name">Created empty if it does not exist.</param>
    /// <param name="companions">Files that the library puts beside it.</param>
    /// <returns>The path of the first.</returns>
    public string Prepare(string name, params ReadOnlySpan<string> companions)
    {
        foreach (var one in (string[])[name, .. companions])
        {
            Guard(PathOf(one), () =>
            {
                using var at = OpenFolder(toWrite: true);
                if (one == name || Exists(one))
                {
                    using var file = Libc.OpenToChange(at, one, make: one == name);
                    Require(one, file, at, FileUse.Change);
                    File.SetUnixFileMode(file, OwnerOnly);
                }

                return true;
            });
        }

        return PathOf(name);
    }

    /// <summary>Takes the folder for this process, until the returned lock is disposed or the process ends in whatever way.</summary>
    /// <exception cref="DataFileException">Another process has it.</exception>
    /// <param name="held">What to say then, after the folder's name.</param>
    public IDisposable Lock(string held = "another p2p-miner runs with this folder; give each its own with --data") => Guard(PathOf(LockName), () =>
    {
        using var at = OpenFolder(toWrite: true);
        var file = Libc.OpenToChange(at, LockName, make: true);
        try
        {
            Require(LockName, file, at, FileUse.Change);
            return Libc.TryLock(file) ? file : throw new DataFileException($"{Folder}: {held}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    });

    /// <summary>Whether a process holds <see cref="Lock"/>. Makes nothing, and needs no more than to read; false where there is no such file.</summary>
    /// <remarks>It takes a shared lock for a moment to find out, and a node that starts in that very moment is refused once.</remarks>
    /// <exception cref="DataFileException">It cannot be read.</exception>
    public bool IsLocked() => Guard(PathOf(LockName), () =>
    {
        try
        {
            using var at = OpenFolder(toWrite: false);
            using var file = Libc.OpenToRead(at, LockName);
            return !Libc.TryLock(file, isShared: true);
        }
        catch (Win32Exception error) when (error.NativeErrorCode is Libc.NoSuchFile)
        {
            return false;
        }
    });

    private SafeFileHandle OpenFolder(bool toWrite)
    {
        var user = Libc.ActingUser;
        if (toWrite)
        {
            Directory.CreateDirectory(Folder, OwnerOnly | UnixFileMode.UserExecute);
            for (var part = Folder; part is not null; part = Path.GetDirectoryName(part))
            {
                Refuse(DataRules.LinkRefusal(part, Libc.Facts(part), user));
            }
        }

        var at = Libc.OpenFolder(Folder);
        try
        {
            Refuse(DataRules.FolderRefusal(Folder, Libc.Facts(at), user, toWrite));
            return at;
        }
        catch
        {
            at.Dispose();
            throw;
        }
    }

    private FileFacts Require(string name, SafeFileHandle file, SafeFileHandle at, FileUse use)
    {
        var facts = Libc.Facts(file);
        Refuse(DataRules.FileRefusal(PathOf(name), facts, Libc.Facts(at), use));
        return facts;
    }

    /// <summary>Anything with that name counts, even a link to nowhere.</summary>
    private bool Exists(string name)
    {
        try
        {
            Libc.Facts(PathOf(name));
            return true;
        }
        catch (Win32Exception error) when (error.NativeErrorCode is Libc.NoSuchFile)
        {
            return false;
        }
    }

    private static string WriteAside(SafeFileHandle at, string name, byte[] content, bool flush, uint? readers = null)
    {
        var aside = $"{name}.{Guid.NewGuid():N}";
        using var file = Libc.OpenNew(at, aside);
        try
        {
            File.SetUnixFileMode(file, OwnerOnly);
            if (readers is { } group)
            {
                Libc.GiveTo(file, Libc.ActingUser, group);
                File.SetUnixFileMode(file, OwnerOnly | UnixFileMode.GroupRead);
            }

            RandomAccess.Write(file, content, 0);
            if (flush)
            {
                RandomAccess.FlushToDisk(file);
            }

            return aside;
        }
        catch
        {
            RemoveIfThere(at, aside);
            throw;
        }
    }

    private static void RemoveIfThere(SafeFileHandle at, string name)
    {
        try
        {
            Libc.Remove(at, name);
        }
        catch (Win32Exception error) when (error.NativeErrorCode is Libc.NoSuchFile)
        {
            // It has been renamed, or no second name could be made.
        }
    }

    private static void Refuse(string? reason)
    {
        if (reason is not null)
        {
            throw new DataFileException(reason);
        }
    }

    private static T Guard<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Win32Exception error) when (error.NativeErrorCode is Libc.TooManyLinks)
        {
            throw new DataFileException($"{path}: is a symbolic link; put the file itself there");
        }
        catch (Exception error) when (error is Win32Exception or UnauthorizedAccessException or (IOException and not DataFileException))
        {
            throw new DataFileException($"{path}: cannot be used ({error.Message})");
        }
    }
}
