namespace P2PMiner.Native;

/// <summary>
/// A team of threads that hash with a dataset which is ready. Each measurement makes contexts of its own: kept for all shapes, they would
/// take ten times as much.
/// </summary>
internal sealed class ShapeMeter(HashDatasetHandle dataset, int threads, bool hugePages, Action<int> settle) : IShapeMeter, IDisposable
{
    /// <summary>About a tenth of a second, and a multiple of all numbers of machines that are tried.</summary>
    private const ulong Hashes = 32;

    private readonly MeasuringTeam _team = new(threads, settle);

    public double Measure(RandomXShape shape)
    {
        var contexts = new HashContextHandle?[threads];
        var nanoseconds = new ulong[threads];
        try
        {
            // The scratchpads are touched for the first time.
            _team.Perform(thread => (contexts[thread] = HashContextHandle.Create(dataset, hugePages, lanes: null, shape)).MeasureHashes(shape.Machines));
            _team.Perform(thread => nanoseconds[thread] = contexts[thread]!.MeasureHashes(Hashes));
        }
        finally
        {
            foreach (var context in contexts)
            {
                context?.Dispose();
            }
        }

        return threads / nanoseconds.Sum(time => Hashes / (double)time);
    }

    public void Dispose() => _team.Dispose();
}
