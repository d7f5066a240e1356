using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Commands;

/// <summary>Standard input is wrong; the message names the line. Exit code <see cref="ExitCode.WrongCommandLine"/>.</summary>
internal sealed class InputException(string message) : Exception(message);
