namespace P2PMiner.Silo.Setup;

/// <summary>A person's answers, freed of what copying adds to them.</summary>
internal sealed class Answers(IQuestions questions)
{
    public void Say(string line) => questions.Say(line);

    /// <summary>For everything but passwords.</summary>
    public async Task<string> AskAsync(string question, CancellationToken cancellation) => Cleaned(await questions.AskAsync(question, cancellation));

    /// <inheritdoc cref="AskAsync"/>
    public async Task<string> AskHiddenAsync(string question, CancellationToken cancellation)
        => Cleaned(await questions.AskHiddenAsync(question, cancellation));

    /// <summary>Spaces are part of it.</summary>
    public async Task<string> AskPasswordAsync(string question, CancellationToken cancellation)
        => PastedText.TrimPassword(await questions.AskHiddenAsync(question, cancellation));

    /// <param name="usual">What Enter means.</param>
    public async Task<bool> AgreesAsync(string question, bool usual, CancellationToken cancellation)
    {
        while (true)
        {
            switch ((await AskAsync($"{question} [{(usual ? "yes" : "no")}]", cancellation)).ToLowerInvariant())
            {
                case "":
                    return usual;
                case "y" or "yes":
                    return true;
                case "n" or "no":
                    return false;
                default:
                    Say("Please answer yes or no.");
                    break;
            }
        }
    }

    /// <summary>Without blanks and invisible marks at both ends, also without a pair of quotes.</summary>
    private static string Cleaned(string typed)
    {
        var text = PastedText.Trim(typed);
        return text.Length >= 2 && (text[0], text[^1]) is ('"', '"') or ('\'', '\'') or ('“', '”') or ('‘', '’') ? PastedText.Trim(text[1..^1]) : text;
    }
}
