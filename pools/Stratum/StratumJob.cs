namespace P2PMiner.Pools.Stratum;

/// <summary>A job's fields as they were on the wire, unchecked; null where absent. Numbers are kept as their digits.</summary>
internal sealed record StratumJob
{
    public string? JobId { get; init; }
    public string? Blob { get; init; }
    public string? Target { get; init; }
    public string? Algo { get; init; }
    public string? Height { get; init; }
    public string? SeedHash { get; init; }
    public string? NextSeedHash { get; init; }
}
