namespace P2PMiner.Client;

/// <summary>No silo answers. Exit code 69.</summary>
internal sealed class ClusterUnreachableException(string message) : Exception(message)
{
    public const int ExitCode = 69;
}
