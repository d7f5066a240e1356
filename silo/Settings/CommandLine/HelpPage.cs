using P2PMiner.Silo.Terminal;
using Spectre.Console;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Writes a page of the help: coloured on a terminal, plain text elsewhere; the words are the same.</summary>
internal sealed class HelpPage
{
    private const int Narrowest = 80;

    /// <summary>A term that is longer has what it means on the line below.</summary>
    private const int LongestTerm = 36;

    private readonly IAnsiConsole? _screen;
    private readonly TextWriter _plain;
    private readonly int _width;

    public HelpPage(ProgramIo io)
    {
        _plain = io.Out;
        _screen = io.Screen ? AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(io.Out) }) : null;
        _width = Math.Clamp(_screen?.Profile.Width ?? 110, Narrowest, 130);
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
        foreach (var line in Wrap(text, _width - indent))
        {
            Line(new string(' ', indent) + line);
        }
    }

    /// <summary>Terms in one column and what they mean in another.</summary>
    public void Terms(IEnumerable<(string Term, string Text)> terms)
    {
        var all = terms.ToList();
        var column = Math.Min(LongestTerm, all.Max(pair => pair.Term.Length));
        foreach (var (term, text) in all)
        {
            var lines = Wrap(text, _width - column - 4).ToList();
            if (term.Length > column || text.Length == 0)
            {
                Styled($"  {term}", "green");
                Line("");
            }
            else
            {
                Styled($"  {term.PadRight(column)}  ", "green");
                Line(lines[0]);
                lines.RemoveAt(0);
            }

            foreach (var line in lines.Where(line => line.Length > 0))
            {
                Line(new string(' ', column + 4) + line);
            }
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

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
