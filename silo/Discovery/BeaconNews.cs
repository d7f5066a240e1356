namespace P2PMiner.Silo.Discovery;

/// <summary>The answer to a node that UDP does not reach, from a node that hears the others.</summary>
/// <param name="Number">Counts what the answering node has heard since its start; the next request names it, to be told only what came later.</param>
/// <param name="Beacons">The answering node's own last beacon first, then the last one of each other node that it hears; none: it has no part in this.</param>
internal sealed record BeaconNews(long Number, IReadOnlyList<WireBeacon> Beacons)
{
    public const int MaxBeacons = 4096;

    /// <summary>Which value is out of its range; null: none.</summary>
    public string? FindFault() => Number < 0 ? "a count of beacons is negative"
        : Beacons.Count > MaxBeacons ? $"more than {MaxBeacons} beacons"
        : Beacons.Select(beacon => beacon is null ? "a beacon is missing" : beacon.FindFault()).FirstOrDefault(fault => fault is not null);
}
