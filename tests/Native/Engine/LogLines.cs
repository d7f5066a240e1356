using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>Keeps what an engine says.</summary>
internal sealed class LogLines : ILogger<HashEngine>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> All => _lines;

    public bool Contain(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _lines.Enqueue(formatter(state, exception));
}
