namespace P2PMiner.Silo.Membership;

/// <summary>What a node that UDP does not reach is told by one that hears the others.</summary>
/// <param name="Number">Counts what the answering node has heard since its start; the next request names it, to be told only what came later.</param>
/// <param name="Beacons">The answering node's own last beacon first, then the last one of each other node that it hears; none: it has no part in this.</param>
internal sealed record BeaconNews(long Number, IReadOnlyList<WireBeacon> Beacons)
{
    public const int MaxBeacons = 4096;

    /// <exception cref="TableProtocolException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        TableProtocolException.Unless(Number >= 0, "a count of beacons is negative");
        TableProtocolException.Unless(Beacons.Count <= MaxBeacons, $"more than {MaxBeacons} beacons");
        foreach (var beacon in Beacons)
        {
            TableProtocolException.Unless(beacon is not null, "a beacon is missing");
            beacon.Validate();
        }
    }
}
