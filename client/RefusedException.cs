namespace P2PMiner.Client;

/// <summary>The cluster, or the machine, will not do what was asked; the message says why in one line. Exit code 1.</summary>
internal sealed class RefusedException(string message) : Exception(message)
{
    public const int ExitCode = 1;
}
