using P2PMiner.Silo.Terminal;
using Serilog.Events;
using Serilog.Parsing;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class LineFormatterTests
{
    private const string Hostile = "a\u001b[2J\u009b1m\r\n[2026-01-31 12:34:56.789] forged\u202eb\u2028c";

    [Theory]
    [InlineData(LogEventLevel.Warning)]
    [InlineData(LogEventLevel.Error)]
    public void Line_HostileTextInMessageAndException_SteersNoTerminalAndForgesNoLine(LogEventLevel level)
    {
        var template = new MessageTemplateParser().Parse("pool says {Text}");
        var entry = new LogEvent(DateTimeOffset.UnixEpoch, level, new InvalidOperationException(Hostile), template, [new("Text", new ScalarValue(Hostile))]);

        var lines = LineFormatter.Line(entry).Split(Environment.NewLine);

        Assert.All(lines, line => Assert.True(line.All(OutsideText.IsHarmless), line));
        Assert.All(lines.Skip(1), line => Assert.StartsWith("  ", line));
    }
}
