namespace P2PMiner.Silo.Api;

/// <summary>What the API allows.</summary>
/// <param name="IsReadOnly">Nothing can be changed by it.</param>
internal readonly record struct WebAccess(bool IsReadOnly);
