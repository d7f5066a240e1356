namespace P2PMiner.Silo.Output;

/// <summary>Keys from standard input where it is a terminal, and none where it is not.</summary>
internal sealed class TerminalKeys(bool isTerminal) : IKeyInput
{
    public char? Read() => isTerminal && Console.KeyAvailable ? Console.ReadKey(intercept: true).KeyChar : null;
}
