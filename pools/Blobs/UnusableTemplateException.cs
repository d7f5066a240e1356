namespace P2PMiner.Pools.Blobs;

/// <summary>No blobs can be made from a template; the message says what is wrong with it, and where.</summary>
internal sealed class UnusableTemplateException(string message) : Exception(message);
