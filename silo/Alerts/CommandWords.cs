using System.Text;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// Splits a command into its words, without a shell: words end at spaces and tabs; " begins and ends a part in which they do not; \" stands for " and \\ for \
/// everywhere. Nothing else means anything: no variables, no ~ and no *, no pipes.
/// </summary>
internal static class CommandWords
{
    /// <returns>False: a " is not closed.</returns>
    public static bool TrySplit(string command, out IReadOnlyList<string> words)
    {
        var found = new List<string>();
        var (word, isWord, isQuoted) = (new StringBuilder(), false, false);
        for (var i = 0; i < command.Length; i++)
        {
            var letter = command[i];
            if (letter is ' ' or '\t' && !isQuoted)
            {
                if (isWord)
                {
                    found.Add(word.ToString());
                    (word, isWord) = (word.Clear(), false);
                }

                continue;
            }

            isWord = true;
            if (letter == '"')
            {
                isQuoted = !isQuoted;
            }
            else
            {
                var isEscape = letter == '\\' && i + 1 < command.Length && command[i + 1] is '"' or '\\';
                word.Append(isEscape ? command[++i] : letter);
            }
        }

        if (isWord)
        {
            found.Add(word.ToString());
        }

        words = found;
        return !isQuoted;
    }
}
