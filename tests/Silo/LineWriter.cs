using System.Text;
using System.Threading.Channels;

namespace P2PMiner.Silo.Tests;

/// <summary>Output of a program that runs in the background, a line at a time.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();
    private readonly List<string> _lines = [];

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>All lines so far.</summary>
    public string Text
    {
        get
        {
            lock (_lines)
            {
                return string.Concat(_lines.Select(line => line + "\n"));
            }
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_lines)
        {
            _lines.Add(value ?? "");
        }

        _unread.Writer.TryWrite(value ?? "");
    }

    /// <summary>The next line with <paramref name="text"/> in it.</summary>
    public async Task<string> WaitForAsync(string text, CancellationToken cancellation)
    {
        await foreach (var line in _unread.Reader.ReadAllAsync(cancellation))
        {
            if (line.Contains(text))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"no line with '{text}'");
    }
}
