using Microsoft.Extensions.Logging;

namespace P2PMiner.TestKit;

/// <summary>Keeps every line written to it, and lets a test wait for one.</summary>
internal class RecordingLogger : ILogger
{
    private readonly List<Entry> _entries = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Seen)> _waiting = [];

    public IReadOnlyList<Entry> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    public IReadOnlyList<string> Lines => [.. Entries.Select(entry => entry.Text)];

    public int Count(string text) => Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>The first line, past or to come, that contains the text.</summary>
    public Task<string> WaitAsync(string text)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool Wanted(string line) => line.Contains(text, StringComparison.Ordinal);
        lock (_entries)
        {
            if (_entries.Find(entry => Wanted(entry.Text)) is { } entry)
            {
                seen.SetResult(entry.Text);
            }
            else
            {
                _waiting.Add((Wanted, seen));
            }
        }

        return Deadline.Within(seen.Task, $"log line with '{text}'");
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        lock (_entries)
        {
            _entries.Add(new(logLevel, eventId.Id, line));
            foreach (var (_, seen) in _waiting.Where(entry => entry.Wanted(line)))
            {
                seen.TrySetResult(line);
            }
        }
    }

    internal sealed record Entry(LogLevel Level, int Id, string Text);
}

/// <inheritdoc/>
internal sealed class RecordingLogger<T> : RecordingLogger, ILogger<T>;
