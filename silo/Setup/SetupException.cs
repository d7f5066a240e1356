using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Setup;

/// <summary>What was asked of setup cannot be done; the message is for the person who asked. Exit code <see cref="ExitCode.Failed"/>.</summary>
internal sealed class SetupException(string message) : IOException(message);
