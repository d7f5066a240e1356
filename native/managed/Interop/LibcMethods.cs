using System.Runtime.InteropServices;

namespace P2PMiner.Native;

/// <summary>What of Linux's C library the terminal needs; the manual pages hold here.</summary>
internal static unsafe partial class LibcMethods
{
    public const int StandardInput = 0;
    public const int SignalTerminalInput = 21;
    public const int SignalTerminalOutput = 22;
    public const nint IgnoreSignal = 1;
    public const int SetAttributesNow = 0;

    private const string Library = "libc";

    /// <returns>-1: not the terminal that controls this process.</returns>
    [LibraryImport(Library, EntryPoint = "tcgetpgrp")]
    internal static partial int ForegroundProcessGroup(int file);

    [LibraryImport(Library, EntryPoint = "getpgrp")]
    internal static partial int ProcessGroup();

    [LibraryImport(Library, EntryPoint = "tcgetattr")]
    internal static partial int GetAttributes(int file, out TerminalAttributes attributes);

    [LibraryImport(Library, EntryPoint = "tcsetattr")]
    internal static partial int SetAttributes(int file, int when, in TerminalAttributes attributes);

    [LibraryImport(Library, EntryPoint = "dup")]
    internal static partial int Duplicate(int file);

    [LibraryImport(Library, EntryPoint = "dup2")]
    internal static partial int Duplicate(int file, int to);

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(int file);

    [LibraryImport(Library, EntryPoint = "poll")]
    internal static partial int Poll(ref PollRequest requests, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "read")]
    internal static partial nint Read(int file, byte* bytes, nuint count);

    [LibraryImport(Library, EntryPoint = "signal")]
    internal static partial nint SetSignal(int signal, nint action);
}

/// <summary>struct termios: 60 bytes, on x86-64 and ARM, with glibc and musl.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TerminalAttributes
{
    /// <summary>c_lflag: whole lines, with editing.</summary>
    public const uint Canonical = 0x2;

    /// <summary>c_lflag: what is typed is shown.</summary>
    public const uint Echo = 0x8;

    /// <summary>Index in c_cc: tenths of a second that a read waits.</summary>
    public const int ReadTime = 5;

    /// <summary>Index in c_cc: bytes that a read waits for.</summary>
    public const int ReadMinimum = 6;

    public uint Input;
    public uint Output;
    public uint Control;
    public uint Local;
    public byte LineDiscipline;
    public fixed byte Characters[32];
    public uint InputSpeed;
    public uint OutputSpeed;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollRequest
{
    public const short CanRead = 0x1;

    public int File;
    public short Events;
    public short Happened;
}
