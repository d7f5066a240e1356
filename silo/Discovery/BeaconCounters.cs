namespace P2PMiner.Silo.Discovery;

/// <summary>How many datagrams had which outcome since the start. Any thread.</summary>
internal sealed class BeaconCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<BeaconRejection>().Length];

    /// <summary>Datagrams with that outcome; <see cref="BeaconRejection.None"/>: taken.</summary>
    public long this[BeaconRejection end] => Interlocked.Read(ref _counts[(int)end]);

    public long Count(BeaconRejection end) => Interlocked.Increment(ref _counts[(int)end]);
}
