namespace P2PMiner.Silo.CommandLine;

/// <summary>The command line is wrong; the message is the one line to show, naming the option and what was given. Exit code 2.</summary>
internal sealed class CommandLineException(string message) : Exception(message)
{
    public const int ExitCode = 2;
}
