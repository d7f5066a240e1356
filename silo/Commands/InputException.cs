namespace P2PMiner.Silo.Commands;

/// <summary>Standard input is wrong; the message names the line. Exit code 2.</summary>
internal sealed class InputException(string message) : Exception(message)
{
    public const int ExitCode = 2;
}
