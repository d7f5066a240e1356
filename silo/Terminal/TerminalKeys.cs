using P2PMiner.Native;

namespace P2PMiner.Silo.Terminal;

/// <summary>Keys from the terminal on standard input, while this process is in its foreground.</summary>
internal sealed class TerminalKeys(TerminalDevice terminal) : IKeyInput, IDisposable
{
    private const byte Escape = 0x1b;

    private readonly Queue<char> _pressed = [];

    public char? Read()
    {
        if (_pressed.Count == 0)
        {
            Span<byte> bytes = stackalloc byte[64];
            foreach (var key in Keys(bytes[..terminal.Read(bytes)]))
            {
                _pressed.Enqueue(key);
            }
        }

        return _pressed.TryDequeue(out var next) ? next : null;
    }

    public void Dispose() => terminal.Dispose();

    /// <summary>
    /// The ASCII characters among bytes that came together. Arrows and function keys send an escape and letters: F1 must not count as a P,
    /// which would pause.
    /// </summary>
    public static string Keys(ReadOnlySpan<byte> bytes)
    {
        var escape = bytes.IndexOf(Escape);
        var text = "";
        foreach (var typed in escape < 0 ? bytes : bytes[..escape])
        {
            text += char.IsAscii((char)typed) ? (char)typed : "";
        }

        return text;
    }
}
