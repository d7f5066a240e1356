using System.Text;

namespace P2PMiner.Silo.Tests;

/// <summary>Output of a program that runs in the background, a line at a time.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly List<string> _lines = [];
    private TaskCompletionSource _another = NewSignal();

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
        TaskCompletionSource told;
        lock (_lines)
        {
            _lines.Add(value ?? "");
            (told, _another) = (_another, NewSignal());
        }

        told.SetResult();
    }

    /// <summary>The first line of all with <paramref name="text"/> in it, come or to come: lines of different threads have no order to rely on.</summary>
    public async Task<string> WaitForAsync(string text, CancellationToken cancellation)
    {
        while (true)
        {
            Task another;
            lock (_lines)
            {
                if (_lines.Find(line => line.Contains(text)) is { } found)
                {
                    return found;
                }

                another = _another.Task;
            }

            try
            {
                await another.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"no line with '{text}' in:\n{Text}");
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
