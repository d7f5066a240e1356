using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>
/// The command line is wrong; the message is the one line to show, naming the option and what was given. Exit code
/// <see cref="ExitCode.WrongCommandLine"/>.
/// </summary>
internal sealed class CommandLineException(string message) : Exception(message)
{
    /// <summary>The program and the command whose help tells more; null: that of the command that runs.</summary>
    public string? Command { get; set; }
}
