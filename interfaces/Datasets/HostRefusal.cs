namespace P2PMiner.Datasets;

/// <summary>A dataset host's refusal, and when to ask again.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HostRefusal")]
public sealed record HostRefusal([property: Id(0)] HostRefusalReason Reason, [property: Id(1)] TimeSpan RetryAfter) : IWireValue
{
    /// <summary>A host that asks for more time than this is of no use.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    public string? FindFault() => WireFault.Member(nameof(Reason), Reason) ?? WireFault.Time(nameof(RetryAfter), RetryAfter)
        ?? (RetryAfter > LongestRetry ? $"{nameof(RetryAfter)} is {RetryAfter}" : null);
}
