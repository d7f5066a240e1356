namespace P2PMiner.CommandLines;

/// <summary>What a person probably meant by a word that there is not: a command, an option, a setting.</summary>
public static class NearestWord
{
    /// <summary>A word of fewer letters is not completed: too many others begin with it.</summary>
    private const int ShortestBeginning = 3;

    /// <summary>Longer than any word, and cheap to compare.</summary>
    private const int LongestText = 64;

    /// <summary>" (did you mean apply?)", to be put behind a message; empty where no word is near.</summary>
    public static string Hint(string text, IEnumerable<string> words) => Find(text, words) is { } word ? $" (did you mean {word}?)" : "";

    /// <summary>
    /// The word with the fewest changes from <paramref name="text"/>, in any case: letters added, left out, replaced, or swapped with their neighbour. At
    /// most one for each three letters of the longer one. Else the only word that begins with the text. Null: none is near.
    /// </summary>
    public static string? Find(string text, IEnumerable<string> words)
    {
        if (text.Length > LongestText)
        {
            return null;
        }

        var all = words.Distinct().ToList();
        var near = all.Select(word => (Word: word, Distance: Distance(Lower(text), Lower(word))))
            .Where(pair => pair.Distance <= Math.Max(Letters(text), Letters(pair.Word)) / 3)
            .OrderBy(pair => pair.Distance).Select(pair => pair.Word).FirstOrDefault();
        var longer = all.Where(word => word.StartsWith(text, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return near ?? (longer.Count == 1 && Letters(text) >= ShortestBeginning ? longer[0] : null);
    }

    private static string Lower(string text) => text.ToLowerInvariant();

    /// <summary>Without the - of options: they are alike in all of them.</summary>
    private static int Letters(string text) => text.TrimStart('-').Length;

    /// <summary>The distance of Damerau and Levenshtein, where no letter is changed twice (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[from.Length, to.Length];
    }
}
