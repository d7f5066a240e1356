using P2PMiner.Doctor;
using P2PMiner.Grains.Doctor;
using Serilog.Core;
using Serilog.Events;

namespace P2PMiner.Silo.Terminal;

/// <summary>Keeps the last lines of the log in memory, for people who look from elsewhere. Any thread.</summary>
internal sealed class RecentLines : ILogEventSink, INodeLog
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new(NodeLog.MostLines);

    public void Emit(LogEvent logEvent)
    {
        // An error's stack trace is for the file: here a line is a line.
        var line = NodeLog.Clean(LineFormatter.Line(logEvent).Split('\n', 2)[0]);
        lock (_gate)
        {
            if (_lines.Count == NodeLog.MostLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    public NodeLog Read()
    {
        lock (_gate)
        {
            return new() { Lines = [.. _lines] };
        }
    }
}
