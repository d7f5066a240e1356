namespace P2PMiner.Datasets;

/// <summary>A dataset host's no, and when to ask again.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HostRefusal")]
public sealed record HostRefusal([property: Id(0)] HostRefusalReason Reason, [property: Id(1)] TimeSpan RetryAfter);
