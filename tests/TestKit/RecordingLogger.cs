using Microsoft.Extensions.Logging;

namespace P2PMiner.TestKit;

/// <summary>
/// The one logger of tests: keeps every line written to it, and lets a test wait for one. As a provider it takes the lines of a whole host. Any thread.
/// </summary>
internal class RecordingLogger : ILogger, ILoggerProvider
{
    private readonly List<Entry> _entries = [];

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

    /// <summary>All of it, with the levels and the exceptions: for what must be nowhere in a log.</summary>
    public string Text => string.Join('\n', Entries);

    public int Count(string text) => Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public bool Contains(string text) => Count(text) > 0;

    /// <summary>The first line, past or to come, that contains the text.</summary>
    public async Task<string> WaitAsync(string text, TimeSpan? patience = null)
    {
        await Eventually.HoldsAsync(() => Contains(text), $"log line with '{text}'", patience, found: () => Text);
        return Lines.First(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>The same log, for a class that asks for its own kind of logger.</summary>
    public ILogger<T> Of<T>() => new Shared<T>(this);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var entry = new Entry(logLevel, eventId.Id, formatter(state, exception), exception);
        lock (_entries)
        {
            _entries.Add(entry);
        }
    }

    /// <summary>Keeps its lines: a host disposes of its providers before the test has read them.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    internal sealed record Entry(LogLevel Level, int Id, string Text, Exception? Error)
    {
        public override string ToString() => Error is null ? $"{Level}: {Text}" : $"{Level}: {Text} {Error}";
    }

    private sealed class Shared<T>(RecordingLogger log) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => log.Log(logLevel, eventId, state, exception, formatter);
    }
}

/// <inheritdoc/>
internal sealed class RecordingLogger<T> : RecordingLogger, ILogger<T>;
