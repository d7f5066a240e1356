using Serilog.Core;
using Serilog.Events;

namespace P2PMiner.Silo.Terminal;

/// <summary>Log lines to the screen, coloured by what they tell.</summary>
internal sealed class ScreenSink(Screen screen) : ILogEventSink
{
    private const string Red = "\e[31m";
    private const string Yellow = "\e[33m";
    private const string Green = "\e[32m";
    private const string Cyan = "\e[36m";
    private const string Magenta = "\e[35m";
    private const string Grey = "\e[90m";

    public void Emit(LogEvent logEvent) => screen.WriteLine(LineFormatter.Line(logEvent), Colour(logEvent));

    private static string Colour(LogEvent logEvent) => LineFormatter.Message(logEvent).Split(' ', 2)[0] switch
    {
        "accepted" => Green,
        "rejected" => Red,
        "speed" => Cyan,
        "new" or "READY" => Magenta,
        _ => logEvent.Level switch
        {
            >= LogEventLevel.Error => Red,
            LogEventLevel.Warning => Yellow,
            < LogEventLevel.Information => Grey,
            _ => "",
        },
    };
}
