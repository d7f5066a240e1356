namespace P2PMiner.Native;

/// <summary>A team of threads, each with scratchpads of its own. For one caller at a time.</summary>
internal sealed class LaneMeter : ILaneMeter, IDisposable
{
    /// <summary>A measurement repeats until it has lasted this long: the threads do not start in the same microsecond.</summary>
    private const ulong LeastNanoseconds = 8_000_000;

    private readonly MeasuringTeam _team;
    private readonly HashDatasetHandle _dataset;
    private readonly LaneDepths _room;
    private readonly bool _hugePages;
    private readonly HashContextHandle?[] _contexts;
    private readonly double[] _hashesPerNanosecond;

    /// <param name="dataset">Of GhostRider, finished.</param>
    /// <param name="room">The most lanes that will be measured.</param>
    /// <param name="settle">Called on each thread with its number before it measures: priority and CPU.</param>
    public LaneMeter(HashDatasetHandle dataset, LaneDepths room, int threads, bool hugePages, Action<int> settle)
    {
        (_dataset, _room, _hugePages) = (dataset, room, hugePages);
        (_contexts, _hashesPerNanosecond) = (new HashContextHandle?[threads], new double[threads]);
        _team = new(threads, settle);
    }

    public double Measure(int variant, int lanes)
    {
        _team.Perform(thread =>
        {
            var context = _contexts[thread] ??= HashContextHandle.Create(_dataset, _hugePages, _room, shape: null);
            var (nanoseconds, hashes) = (0UL, 0);
            do
            {
                nanoseconds += context.MeasureLanes(variant, lanes);
                hashes += lanes;
            }
            while (nanoseconds < LeastNanoseconds);
            _hashesPerNanosecond[thread] = (double)hashes / nanoseconds;
        });
        return _team.Threads / _hashesPerNanosecond.Sum();
    }

    /// <summary>Ends the threads and returns their memory.</summary>
    public void Dispose()
    {
        _team.Dispose();
        foreach (var context in _contexts)
        {
            context?.Dispose();
        }
    }
}
