using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace P2PMiner.Silo.Terminal;

/// <summary>
/// "[2026-01-31 12:34:56.789] message": the lines of console and log file. Of a warning's exception only the message is shown; of an
/// error's, the whole text.
/// </summary>
internal sealed class LineFormatter : ITextFormatter
{
    private static readonly MessageTemplateTextFormatter Template = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output) => output.WriteLine(Line(logEvent));

    public static string Line(LogEvent logEvent)
    {
        var message = Message(logEvent);
        var time = logEvent.Timestamp.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        return logEvent.Exception is not { } error ? $"[{time}] {message}"
            : logEvent.Level >= LogEventLevel.Error ? $"[{time}] {message}{Environment.NewLine}{Whole(error)}"
            : $"[{time}] {message}: {OneLine(error.Message)}";
    }

    /// <summary>Text in it is shown as it is, without quotes; control characters cannot forge a line of their own.</summary>
    public static string Message(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Template.Format(logEvent, text);
        return OneLine(text.ToString());
    }

    /// <summary>Indented, so that no line of it looks like a log line.</summary>
    private static string Whole(Exception error)
        => string.Join(Environment.NewLine, error.ToString().Split('\n').Select(line => "  " + OneLine(line.TrimEnd('\r'))));

    /// <summary>The last check: text that was not cleaned where it came in cannot steer a terminal from here.</summary>
    private static string OneLine(string text) => OutsideText.Clean(text, int.MaxValue);
}
