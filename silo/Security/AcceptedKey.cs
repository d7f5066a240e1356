namespace P2PMiner.Silo.Security;

/// <summary>A key other than the current one whose holders are let in before <paramref name="Until"/>.</summary>
internal sealed record AcceptedKey(ClusterKey Key, DateTimeOffset Until);
