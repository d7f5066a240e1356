using System.Text;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests;

/// <summary>Output of a program that runs in the background, a line at a time.</summary>
internal sealed class LineWriter : TextWriter
{
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
    }

    /// <summary>The first line of all with <paramref name="text"/> in it, come or to come: lines of different threads have no order to rely on.</summary>
    public async Task<string> WaitForAsync(string text, TimeSpan? patience = null)
    {
        string? found = null;
        await Eventually.HoldsAsync(() => (found = Find(text)) is not null, $"a line with '{text}'", patience, found: () => Text);
        return found!;
    }

    private string? Find(string text)
    {
        lock (_lines)
        {
            return _lines.Find(line => line.Contains(text));
        }
    }
}
