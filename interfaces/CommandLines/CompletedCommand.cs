namespace P2PMiner.CommandLines;

/// <summary>A command as a shell completes it.</summary>
/// <param name="Words">That call it, such as "tune apply"; empty for the program itself.</param>
/// <param name="Next">What may follow: the words of commands below it, or of its values.</param>
/// <param name="Options">Also those that every command has.</param>
public sealed record CompletedCommand(string Words, IReadOnlyList<string> Next, IReadOnlyList<CompletedOption> Options);
