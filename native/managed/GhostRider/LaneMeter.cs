namespace P2PMiner.Native;

/// <summary>
/// A team of threads, as many as will hash, each with pads of its own. They meet at a barrier before and after each measurement, so that all compete for caches and
/// memory as they will when mining. For one caller at a time.
/// </summary>
internal sealed class LaneMeter : ILaneMeter, IDisposable
{
    /// <summary>A measurement repeats until it has lasted this long: the threads do not start in the same microsecond.</summary>
    private const ulong LeastNanoseconds = 8_000_000;

    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private readonly double[] _hashesPerNanosecond;
    private (int Variant, int Lanes)? _task;
    private Exception? _failure;

    /// <param name="dataset">Of GhostRider, finished.</param>
    /// <param name="room">The most lanes that will be measured.</param>
    /// <param name="settle">Called on each thread with its number before it measures: priority and CPU.</param>
    public LaneMeter(HashDatasetHandle dataset, LaneDepths room, int threads, bool hugePages, Action<int> settle)
    {
        _barrier = new(threads + 1);
        _hashesPerNanosecond = new double[threads];
        _threads = [.. Enumerable.Range(0, threads).Select(index =>
            new Thread(() => Run(index, dataset, room, hugePages, settle)) { Name = $"measure-{index}", IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public double Measure(int variant, int lanes)
    {
        Perform((variant, lanes));
        return _failure is { } failure ? throw new HashEngineException(failure.Message) : _threads.Length / _hashesPerNanosecond.Sum();
    }

    /// <summary>Ends the threads and returns their memory.</summary>
    public void Dispose()
    {
        Perform(null);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _barrier.Dispose();
    }

    private void Perform((int Variant, int Lanes)? task)
    {
        _task = task;
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
    }

    private void Run(int index, HashDatasetHandle dataset, LaneDepths room, bool hugePages, Action<int> settle)
    {
        HashContextHandle? context = null;
        try
        {
            settle(index);
            context = HashContextHandle.Create(dataset, hugePages, room, shape: null);
        }
        catch (Exception e)
        {
            // The outer edge of the thread: the one that measures gets it. The others wait at the barrier for this one all the same.
            _failure = e;
        }

        var isOver = false;
        while (!isOver)
        {
            _barrier.SignalAndWait();
            if (_task is not var (variant, lanes))
            {
                isOver = true;
            }
            else if (_failure is null)
            {
                Measure(index, context!, variant, lanes);
            }

            if (isOver)
            {
                context?.Dispose();
            }

            _barrier.SignalAndWait();
        }
    }

    private void Measure(int index, HashContextHandle context, int variant, int lanes)
    {
        try
        {
            var (nanoseconds, hashes) = (0UL, 0);
            do
            {
                nanoseconds += context.MeasureLanes(variant, lanes);
                hashes += lanes;
            }
            while (nanoseconds < LeastNanoseconds);
            _hashesPerNanosecond[index] = (double)hashes / nanoseconds;
        }
        catch (HashEngineException e)
        {
            _failure = e;
        }
    }
}
