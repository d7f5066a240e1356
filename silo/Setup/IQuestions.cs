using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Setup;

/// <summary>The person who is asked.</summary>
internal interface IQuestions
{
    void Say(string line);

    /// <returns>What was typed, as it was.</returns>
    /// <exception cref="CommandLineException">The input has ended.</exception>
    Task<string> AskAsync(string question, CancellationToken cancellation);

    /// <summary>What is typed is not shown.</summary>
    /// <inheritdoc cref="AskAsync"/>
    Task<string> AskHiddenAsync(string question, CancellationToken cancellation);
}
