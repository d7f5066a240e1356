namespace P2PMiner.Silo.Node;

/// <summary>A setting is wrong; the message names the key or file and the reason. Exit code <see cref="ExitCode.WrongConfiguration"/>.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
