using P2PMiner.CommandLines;
using P2PMiner.Silo.Terminal;
using Spectre.Console;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Writes a page of the help: coloured on a terminal, plain text elsewhere; the words are the same.</summary>
internal sealed class HelpPage
{
    private readonly IAnsiConsole? _screen;
    private readonly TextWriter _plain;
    private readonly int _width;

    public HelpPage(ProgramIo io)
    {
        _plain = io.Out;
        _screen = io.Screen ? AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(io.Out) }) : null;
        _width = HelpColumns.WidthFor(_screen?.Profile.Width);
    }

    public void Heading(string text)
    {
        Line("");
        Styled(text, "bold yellow");
        Line("");
    }

    public void Line(string text) => Styled(text + "\n", "");

    public void Paragraph(string text, int indent = 2)
    {
        foreach (var line in HelpColumns.Wrap(text, _width - indent))
        {
            Line(new string(' ', indent) + line);
        }
    }

    /// <summary>Terms in one column and what they mean in another.</summary>
    public void Terms(IEnumerable<(string Term, string Text)> terms)
    {
        foreach (var (term, text) in HelpColumns.Terms(terms, _width))
        {
            Styled(term, "green");
            Line(text);
        }
    }

    private void Styled(string text, string style)
    {
        if (_screen is null || style.Length == 0)
        {
            _plain.Write(text);
        }
        else
        {
            _screen.Write(new Text(text, Style.Parse(style)));
        }
    }
}
