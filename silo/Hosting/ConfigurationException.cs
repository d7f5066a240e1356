namespace P2PMiner.Silo.Hosting;

/// <summary>A setting is wrong; the message names the key or file and the reason. Exit code 78.</summary>
internal sealed class ConfigurationException(string message) : Exception(message)
{
    public const int ExitCode = 78;
}
