namespace P2PMiner.CommandLines;

/// <summary>Lays out a help for a terminal, or for 110 columns where it goes elsewhere.</summary>
public static class HelpColumns
{
    private const int Narrowest = 80;
    private const int Elsewhere = 110;
    private const int Widest = 130;

    /// <summary>A longer term has what it means on the line below.</summary>
    private const int LongestTerm = 36;

    private const int Gap = 2;

    /// <param name="screen">The columns of the terminal; null: there is none.</param>
    public static int WidthFor(int? screen) => Math.Clamp(screen ?? Elsewhere, Narrowest, Widest);

    /// <summary>Lines of at most <paramref name="width"/> characters, unless a word is longer.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
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

    /// <summary>
    /// Terms in one column and what they mean in another, line by line: the two parts, to be written one behind the other. Between them are two spaces at
    /// least, by which a page is read again to make a manual page of it.
    /// </summary>
    public static IEnumerable<(string Term, string Text)> Terms(IEnumerable<(string Term, string Text)> terms, int width)
    {
        var all = terms.ToList();
        var column = Math.Min(LongestTerm, all.Max(pair => pair.Term.Length));
        var margin = new string(' ', Gap + column + Gap);
        foreach (var (term, text) in all)
        {
            var first = $"{new string(' ', Gap)}{term.PadRight(column + Gap)}";
            var lines = text.Length == 0 ? [] : Wrap(text, width - margin.Length).ToList();
            if (term.Length > column || lines.Count == 0)
            {
                yield return (first.TrimEnd(), "");
            }
            else
            {
                yield return (first, lines[0]);
                lines.RemoveAt(0);
            }

            foreach (var line in lines)
            {
                yield return (margin, line);
            }
        }
    }
}
