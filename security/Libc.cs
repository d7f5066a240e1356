using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace P2PMiner.Security;

/// <summary>
/// The calls to the C library that <see cref="DataStore"/> needs and .NET lacks: to open without following a link and relative to a folder, to ask who owns
/// a file, to lock without waiting. Here and not in native/managed, because p2p-console follows the same rules and must not depend on the
/// hashing library. No unsafe code. Errors are <see cref="Win32Exception"/>s with the number of errno.
/// </summary>
internal static class Libc
{
    public const int NoSuchFile = 2;
    public const int TooManyLinks = 40;
    private const int NotPermitted = 1;
    private const int Exists = 17;
    private const int WouldBlock = 11;
    private const int NotSupported = 95;
    private const int NoLocks = 37;

    private const int HereOrAbsolute = -100;
    private const int DoNotFollow = 0x100;
    private const int HandleItself = 0x1000;
    private const uint BasicFacts = 0x7ff;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockOrFail = 4;

    private const int ReadWrite = 0x2;
    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int MustBeNew = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const uint OwnerOnly = 0b110_000_000;

    private const uint Unchanged = uint.MaxValue;
    private static readonly Lock UserDatabase = new();

    // The two that Linux numbers differently: x86 has values of its own, ARM and the rest those of asm-generic or their own, of which we build for ARM alone.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    /// <summary>The user whose rights files are accessed with: that of the process, unless this thread acts as another; 0 is root.</summary>
    public static uint ActingUser => setfsuid(Unchanged);

    /// <summary>
    /// From now on this thread accesses files as that user, and makes them for that user; root's special rights to files are off meanwhile. Other threads go on
    /// as they are, which seteuid of the C library would not let them.
    /// </summary>
    /// <exception cref="Win32Exception">Only root may.</exception>
    public static void ActAs(uint user, uint group)
    {
        // Neither call tells whether it succeeded; a change to no valid id changes nothing and returns the present one.
        _ = setfsgid(group);
        _ = setfsuid(user);
        if (setfsuid(Unchanged) != user || setfsgid(Unchanged) != group)
        {
            ActAsProcess();
            throw new Win32Exception(NotPermitted);
        }
    }

    /// <summary>Ends <see cref="ActAs"/>.</summary>
    public static void ActAsProcess()
    {
        _ = setfsuid(geteuid());
        _ = setfsgid(getegid());
    }

    /// <summary>Null: the system knows no such user.</summary>
    public static (uint User, uint Group)? FindUser(string name)
    {
        lock (UserDatabase)
        {
            var found = getpwnam(name);
            return found == 0 ? null : Marshal.PtrToStructure<Account>(found) is var account ? (account.User, account.Group) : null;
        }
    }

    /// <summary>The number where the system knows no such user.</summary>
    public static string UserName(uint user)
    {
        lock (UserDatabase)
        {
            var found = getpwuid(user);
            return (found == 0 ? null : Marshal.PtrToStringUTF8(Marshal.PtrToStructure<Account>(found).Name)) ?? user.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Its number where the system knows no such group.</summary>
    public static string GroupName(uint group)
    {
        lock (UserDatabase)
        {
            var found = getgrgid(group);
            return (found == 0 ? null : Marshal.PtrToStringUTF8(Marshal.PtrToStructure<Group>(found).Name)) ?? group.ToString(CultureInfo.InvariantCulture);
        }
    }

    public static void GiveTo(SafeFileHandle file, uint user, uint group) => In(file, at => Require(fchown(at, user, group)));

    /// <exception cref="Win32Exception">It does not exist, or may not be opened.</exception>
    public static SafeFileHandle OpenFolder(string path) => Open(HereOrAbsolute, path, Directory | CloseOnExec);

    /// <summary>The same, and not a folder that a link of that name leads to.</summary>
    public static SafeFileHandle OpenFolderItself(string path) => Open(HereOrAbsolute, path, Directory | NoFollow | CloseOnExec);

    /// <summary>Without waiting, also where it is a FIFO; the caller checks what it is before reading.</summary>
    public static SafeFileHandle OpenToRead(SafeFileHandle folder, string name) => In(folder, at => Open(at, name, NoFollow | NonBlocking | CloseOnExec));

    /// <param name="make">If it does not exist, an empty one is created with mode 0600.</param>
    public static SafeFileHandle OpenToChange(SafeFileHandle folder, string name, bool make)
        => In(folder, at => Open(at, name, ReadWrite | NoFollow | NonBlocking | CloseOnExec | (make ? Create : 0)));

    /// <summary>A new empty file with mode 0600; fails if anything has that name.</summary>
    public static SafeFileHandle OpenNew(SafeFileHandle folder, string name)
        => In(folder, at => Open(at, name, WriteOnly | Create | MustBeNew | NoFollow | CloseOnExec));

    public static FileFacts Facts(SafeFileHandle file) => In(file, at => Facts(at, "", HandleItself));

    /// <summary>Of a link itself, not of what it points to.</summary>
    public static FileFacts Facts(string path) => Facts(HereOrAbsolute, path, DoNotFollow);

    public static void Rename(SafeFileHandle folder, string from, string to) => In(folder, at => Require(renameat(at, from, at, to)));

    /// <summary>Gives a file a second name. False: something has that name already.</summary>
    /// <param name="isPossible">False: this file system does not support second names.</param>
    public static bool TryLink(SafeFileHandle folder, string from, string to, out bool isPossible)
    {
        var error = In(folder, at => linkat(at, from, at, to, 0) == 0 ? 0 : Marshal.GetLastPInvokeError());
        isPossible = error is not (NotPermitted or NotSupported);
        return error == 0 || (error == Exists || !isPossible ? false : throw new Win32Exception(error));
    }

    public static void Remove(SafeFileHandle folder, string name) => In(folder, at => Require(unlinkat(at, name, 0)));

    /// <summary>Held until <paramref name="file"/> is closed, at the latest by the end of the process. False: another has it.</summary>
    /// <param name="isShared">Only against those who want it for themselves.</param>
    public static bool TryLock(SafeFileHandle file, bool isShared = false) => In(file, at =>
    {
        if (flock(at, (isShared ? LockShared : LockExclusive) | LockOrFail) == 0)
        {
            return true;
        }

        // Some network file systems have no locks: then there is nothing to lock, and that is no error.
        return Marshal.GetLastPInvokeError() switch
        {
            WouldBlock => false,
            NoLocks or NotSupported => true,
            var error => throw new Win32Exception(error),
        };
    });

    private static SafeFileHandle Open(int at, string path, int flags) => new(Require(openat(at, path, flags, OwnerOnly)), ownsHandle: true);

    private static FileFacts Facts(int at, string path, int flags)
    {
        Require(statx(at, path, flags, BasicFacts, out var found));
        return new((FileKind)(found.Mode & 0xf000), found.Owner, (UnixFileMode)(found.Mode & 0x1ff), found.Links, (long)found.Size) { Group = found.Group };
    }

    private static int Require(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    /// <summary>Keeps a handle open while its number is in use.</summary>
    private static T In<T>(SafeFileHandle handle, Func<int, T> call)
    {
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            return call((int)handle.DangerousGetHandle());
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    // The names and types of the C library.
#pragma warning disable IDE1006
    [DllImport("libc")]
    private static extern uint geteuid();

    [DllImport("libc")]
    private static extern uint getegid();

    [DllImport("libc")]
    private static extern uint setfsuid(uint user);

    [DllImport("libc")]
    private static extern uint setfsgid(uint group);

    [DllImport("libc", SetLastError = true)]
    private static extern int fchown(int file, uint user, uint group);

    [DllImport("libc")]
    private static extern nint getpwnam([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc")]
    private static extern nint getpwuid(uint user);

    [DllImport("libc")]
    private static extern nint getgrgid(uint group);

    [DllImport("libc", SetLastError = true)]
    private static extern int openat(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out Statx found);

    [DllImport("libc", SetLastError = true)]
    private static extern int renameat(
        int oldFolder, [MarshalAs(UnmanagedType.LPUTF8Str)] string oldPath, int newFolder, [MarshalAs(UnmanagedType.LPUTF8Str)] string newPath);

    [DllImport("libc", SetLastError = true)]
    private static extern int linkat(
        int oldFolder, [MarshalAs(UnmanagedType.LPUTF8Str)] string oldPath, int newFolder, [MarshalAs(UnmanagedType.LPUTF8Str)] string newPath, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int unlinkat(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int flock(int file, int operation);
#pragma warning restore IDE1006

    /// <summary>struct passwd of the C library, up to what is read.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Account
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
    }

    /// <summary>struct group of the C library, up to what is read.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Group
    {
        public nint Name;
    }

    /// <summary>struct statx of the kernel, the same on all processors: 256 bytes, of which these are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint Owner;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(40)] public ulong Size;
    }
}
