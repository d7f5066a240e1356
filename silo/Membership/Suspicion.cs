namespace P2PMiner.Silo.Membership;

/// <summary>A silo's vote that another is dead, and when it was cast (UTC).</summary>
internal sealed record Suspicion(WireSilo By, DateTime At);
