using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Setup;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>Answers questions by words in them, each answer once and in this order; Enter to every other question.</summary>
/// <param name="answers">A word of the question, and what is typed.</param>
internal sealed class ScriptedPerson(params IReadOnlyList<(string Word, string Typed)> answers) : IQuestions
{
    private readonly List<(string Word, string Typed)> _left = [.. answers];

    /// <summary>All that was shown: questions too, and answers unless they are hidden.</summary>
    public List<string> Seen { get; } = [];

    public IReadOnlyList<(string Word, string Typed)> Left => _left;

    /// <summary>Questions that may be asked before the input ends.</summary>
    public int Patience { get; init; } = 50;

    public void Say(string line) => Seen.Add(line);

    public Task<string> AskAsync(string question, CancellationToken cancellation) => Answer(question, isShown: true);

    public Task<string> AskHiddenAsync(string question, CancellationToken cancellation) => Answer(question, isShown: false);

    private Task<string> Answer(string question, bool isShown)
    {
        if (Seen.Count(line => line.StartsWith('?')) >= Patience)
        {
            throw new CommandLineException("the input ended");
        }

        var index = _left.FindIndex(answer => question.Contains(answer.Word, StringComparison.Ordinal));
        var typed = index < 0 ? "" : _left[index].Typed;
        if (index >= 0)
        {
            _left.RemoveAt(index);
        }

        Seen.Add($"? {question}{(isShown ? $" {typed}" : "")}");
        return Task.FromResult(typed);
    }
}
