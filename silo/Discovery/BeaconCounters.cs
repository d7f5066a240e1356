namespace P2PMiner.Silo.Discovery;

/// <summary>How many datagrams came to which end since the start. Any thread.</summary>
internal sealed class BeaconCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<BeaconRejection>().Length];

    /// <summary>Datagrams with that end; <see cref="BeaconRejection.None"/>: taken.</summary>
    public long this[BeaconRejection end] => Interlocked.Read(ref _counts[(int)end]);

    public long Count(BeaconRejection end) => Interlocked.Increment(ref _counts[(int)end]);
}
