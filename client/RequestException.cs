namespace P2PMiner.Client;

/// <summary>The request is wrong, or names a node that does not exist; the message is the one line to show. Exit code 2.</summary>
internal sealed class RequestException(string message) : Exception(message)
{
    public const int ExitCode = 2;

    /// <summary>The program and the command whose help tells more; null: the program's.</summary>
    public string? Command { get; set; }
}
