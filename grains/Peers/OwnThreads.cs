using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// The node's own hashing threads: how many slices they take and how long ones, which of them may still run, and how fast they are. Part of
/// <see cref="MiningLoop"/>, with the same one caller at a time.
/// </summary>
internal sealed class OwnThreads
{
    /// <summary>Long enough that handing out costs nothing, short enough that a unit spreads evenly over the threads.</summary>
    public static readonly TimeSpan SliceDuration = TimeSpan.FromMilliseconds(100);

    /// <summary>Pause between tries while the threads cannot be reached.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly IHashWorkerGrain _worker;
    private readonly IHashEngine _engine;
    private readonly SliceEpoch _slices;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <summary>How fast one thread hashed recently; 0: not known.</summary>
    private HashRate _threadRate;

    /// <summary>Of GhostRider, whose jobs differ in cost.</summary>
    private readonly MeanRate _meanRate = new();

    /// <summary>Slices that the threads have.</summary>
    private int _out;

    /// <summary>The last slice did not reach the threads.</summary>
    private bool _isCutOff;
    private bool _isOver;

    /// <param name="worker">The way to the threads. Kept: Orleans reads an interface's attributes each time it makes a reference, which
    /// costs more than a local call.</param>
    public OwnThreads(IHashWorkerGrain worker, IHashEngine engine, SliceEpoch slices, TimeProvider clock, ILogger log)
    {
        (_worker, _engine, _slices, _clock, _log) = (worker, engine, slices, clock, log);
        Status = engine.GetStatus();
        slices.Current = Epoch = (ulong)clock.GetTimestamp();
    }

    /// <summary>The engine as of the last <see cref="Refresh"/>: the hot path asks it nothing.</summary>
    public EngineStatus Status { get; private set; }

    /// <summary>
    /// Names the slices that may run; raised to end them all. Starts at the clock so that a grain made anew overtakes its predecessor.
    /// </summary>
    public ulong Epoch { get; private set; }

    public bool IsBusy => _out > 0;

    /// <summary>Slices at once: one for each thread, and a few that wait at the engine, so that no thread waits for the grains.</summary>
    public int SlicesWanted => Status.Threads + 1 + (Status.Threads / 4);

    public bool TakesMore => _out < SlicesWanted;

    public ulong SliceCount => SliceCutter.CountFor(_threadRate, SliceDuration, Status.Lanes);

    /// <summary>Averaged over the jobs of GhostRider, since the next one may be four times as fast or slow as this one.</summary>
    public HashRate MeanRate => new(_meanRate.OfThread.PerSecond * Status.Threads);

    public void Refresh() => Status = _engine.GetStatus();

    public void Preempt()
    {
        _slices.Current = ++Epoch;
        _engine.Preempt(Epoch);
    }

    /// <summary>The silo ends, and with it the way to the threads: nothing more is heard of slices that do not reach them.</summary>
    public void End() => _isOver = true;

    /// <summary>
    /// Searches a slice. Null: it did not get through, but the next one may; then it has waited for a while. The threads may still have had
    /// it, so it must not be searched again: nonces are plentiful.
    /// </summary>
    /// <exception cref="HashEngineException">The library failed.</exception>
    public async Task<SliceResult?> SearchAsync(SearchSlice slice)
    {
        _out++;
        try
        {
            var result = await _worker.SearchAsync(slice);
            _isCutOff = false;
            return result;
        }
        catch (Exception e) when (e is not HashEngineException)
        {
            // Not the engine's own word, so it says nothing about the engine: the cluster changes under this silo, or the call was
            // cancelled on its way.
            if (!_isOver && !_isCutOff && e is not OperationCanceledException)
            {
                _isCutOff = true;
                _log.ThreadsCutOff(CallFailure.Brief(e));
            }

            await Task.Delay(RetryPause, _clock);
            return null;
        }
        finally
        {
            _out--;
        }
    }

    /// <summary>Measures by a slice.</summary>
    /// <param name="isCurrent">False: of an earlier job, which tells nothing about the length of the slices to come.</param>
    public void Count(WorkUnit unit, SliceResult result, bool isCurrent)
    {
        if (isCurrent && result.HashesDone > 0 && result.Elapsed > TimeSpan.Zero)
        {
            var rate = result.HashesDone / result.Elapsed.TotalSeconds;
            _threadRate = new(_threadRate.PerSecond > 0 ? (0.9 * _threadRate.PerSecond) + (0.1 * rate) : rate);
        }

        if (unit.Algorithm == Algorithm.GhostRider)
        {
            _meanRate.Count(result.HashesDone, HashCost.Of(unit.Algorithm, unit.Blob.AsSpan()), result.Elapsed);
        }
    }

    /// <summary>
    /// A new job: with GhostRider up to four times slower or faster than the last, because each has other CryptoNight variants.
    /// </summary>
    public void BeginJob(Algorithm algorithm)
    {
        if (algorithm == Algorithm.GhostRider)
        {
            _threadRate = default;
        }
    }
}
