namespace P2PMiner.Pools.Stratum;

/// <summary>
/// The fields of mining.notify as they were on the wire, unchecked; null where absent or of another kind. Numbers are kept as their digits.
/// </summary>
internal sealed record StratumNotify
{
    public string? JobId { get; init; }
    public string? PreviousHash { get; init; }
    public string? CoinbaseHead { get; init; }
    public string? CoinbaseTail { get; init; }
    public IReadOnlyList<string?>? Branches { get; init; }
    public string? Version { get; init; }
    public string? Bits { get; init; }
    public string? Time { get; init; }

    /// <summary>"true", "false", "1" or "0".</summary>
    public string? Clean { get; init; }
}
