using Microsoft.Win32.SafeHandles;

namespace P2PMiner.Native;

/// <summary>
/// The terminal on standard input. It is shaped for single keys (no echo, no waiting for whole lines) and read only while this process is in its
/// foreground: from the background that would stop the process (SIGTTIN, SIGTTOU) or change the modes under a shell. One thread at a time.
/// </summary>
public sealed unsafe class TerminalDevice : IDisposable
{
    private readonly int _file;
    private TerminalAttributes _before;
    private bool _isShaped;

    private TerminalDevice(int file) => _file = file;

    private bool IsInForeground => LibcMethods.ForegroundProcessGroup(_file) == LibcMethods.ProcessGroup();

    /// <summary>
    /// Takes the terminal out of .NET's hands, and leaves /dev/null as standard input. Where .NET finds a terminal there, it sets the modes it found at the
    /// start once more after each SIGCONT and at the end, in the background too, and is sometimes stopped by that. To be called before any use of Console or
    /// of PosixSignalRegistration.
    /// </summary>
    /// <returns>Null: standard input is no terminal, and is left as it is.</returns>
    public static TerminalDevice? TakeStandardInput()
    {
        if (LibcMethods.GetAttributes(LibcMethods.StandardInput, out _) != 0)
        {
            return null;
        }

        using var nothing = File.OpenHandle("/dev/null");
        var file = LibcMethods.Duplicate(LibcMethods.StandardInput);
        return file >= 0 && LibcMethods.Duplicate((int)nothing.DangerousGetHandle(), LibcMethods.StandardInput) >= 0 ? new(file)
            : throw new IOException("standard input cannot be duplicated");
    }

    /// <summary>What a person types in whole lines.</summary>
    public Stream Lines() => new FileStream(new SafeFileHandle(_file, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <summary>What is typed from now on is not shown, until the result is disposed.</summary>
    public IDisposable Hide() => new Hidden(_file);

    /// <summary>Takes what was typed since; never waits.</summary>
    /// <returns>How many bytes; 0: nothing, or this process is in the background.</returns>
    /// <exception cref="IOException">The terminal is gone.</exception>
    public int Read(Span<byte> bytes)
    {
        if (!IsInForeground)
        {
            return 0;
        }

        Shape();
        var request = new PollRequest { File = _file, Events = PollRequest.CanRead };
        if (LibcMethods.Poll(ref request, 1, 0) <= 0)
        {
            return 0;
        }

        if (request.Happened != PollRequest.CanRead)
        {
            throw new IOException("the terminal is gone");
        }

        fixed (byte* start = bytes)
        {
            // Below zero: the foreground was lost meanwhile.
            return (int)Math.Max(0, LibcMethods.Read(_file, start, (nuint)bytes.Length));
        }
    }

    /// <summary>Gives the terminal back as it was, unless others have it now.</summary>
    public void Dispose()
    {
        if (_isShaped && IsInForeground)
        {
            _ = LibcMethods.SetAttributes(_file, LibcMethods.SetAttributesNow, in _before);
        }

        _ = LibcMethods.Close(_file);
    }

    /// <summary>Looks each time: a shell sets its own modes while this process is stopped or in the background.</summary>
    private void Shape()
    {
        const uint Unwanted = TerminalAttributes.Canonical | TerminalAttributes.Echo;
        if (LibcMethods.GetAttributes(_file, out var now) != 0 || (now.Local & Unwanted) == 0)
        {
            return;
        }

        if (!_isShaped)
        {
            // Ctrl-Z and bg may come between the look at the foreground and what follows: that fails then, and does not stop the miner.
            _ = LibcMethods.SetSignal(LibcMethods.SignalTerminalInput, LibcMethods.IgnoreSignal);
            _ = LibcMethods.SetSignal(LibcMethods.SignalTerminalOutput, LibcMethods.IgnoreSignal);
        }

        (_before, _isShaped) = (now, true);
        now.Local &= ~Unwanted;
        now.Characters[TerminalAttributes.ReadMinimum] = 0;
        now.Characters[TerminalAttributes.ReadTime] = 0;
        _ = LibcMethods.SetAttributes(_file, LibcMethods.SetAttributesNow, in now);
    }

    private sealed class Hidden : IDisposable
    {
        private readonly int _file;

        public Hidden(int file)
        {
            _file = file;
            Show(false);
        }

        public void Dispose() => Show(true);

        private void Show(bool isShown)
        {
            if (LibcMethods.GetAttributes(_file, out var now) == 0)
            {
                now.Local = isShown ? now.Local | TerminalAttributes.Echo : now.Local & ~TerminalAttributes.Echo;
                _ = LibcMethods.SetAttributes(_file, LibcMethods.SetAttributesNow, in now);
            }
        }
    }
}
