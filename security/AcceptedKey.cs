namespace P2PMiner.Security;

/// <summary>A key other than the current one whose holders are let in before <paramref name="Until"/>.</summary>
/// <param name="IsNext">
/// The key of a rotation that has begun: to be made current on command, or when others are heard to use it. False: a former key.
/// </param>
internal sealed record AcceptedKey(ClusterKey Key, DateTimeOffset Until, bool IsNext = false);
