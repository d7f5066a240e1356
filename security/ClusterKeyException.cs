namespace P2PMiner.Security;

/// <summary>A cluster key, its file or a join token cannot be used. The message names the file or the fault, never the key.</summary>
internal sealed class ClusterKeyException(string message) : Exception(message)
{
    /// <summary>There is no key at all, which is no fault of one.</summary>
    public bool IsMissing { get; init; }
}
