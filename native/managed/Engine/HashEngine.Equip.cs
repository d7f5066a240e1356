using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Native;

/// <summary>The contexts of the hashing threads for a dataset. Each thread makes its own, because memory comes from near the CPU that first touches it.</summary>
public sealed partial class HashEngine
{
    /// <summary>The build whose contexts are being made; null: none is.</summary>
    private DatasetBuild? _equipping;
    private int _equipStepsInFlight;
    private Exception? _equipFailure;

    private IEnumerable<HashThread> ThreadsInUse => _threads.Take(_threadsWanted).OfType<HashThread>();

    /// <summary>Runs on the thread that adopts the dataset, while no thread hashes, until all have a context of it. Guests make theirs when they have something to do.</summary>
    private IReadOnlyList<HashThread> EquipThreads(DatasetBuild build, HashThread own)
    {
        bool taken;
        lock (_gate)
        {
            (_equipping, _equipFailure) = (build, null);
            taken = TryTakeEquip(own, out _);
            Monitor.PulseAll(_gate);
        }

        if (taken)
        {
            Equip(build, own);
        }

        lock (_gate)
        {
            while (_equipStepsInFlight > 0 || ThreadsInUse.Any(NeedsContext))
            {
                Monitor.Wait(_gate);
            }

            _equipping = null;
            return _equipFailure is { } failure ? throw failure : [.. ThreadsInUse];
        }
    }

    private bool TryTakeEquip(HashThread own, [NotNullWhen(true)] out DatasetBuild? build)
    {
        build = _equipping;
        if (build is null || own.IsGuest || !NeedsContext(own))
        {
            return false;
        }

        _equipStepsInFlight++;
        return true;
    }

    private bool NeedsContext(HashThread thread)
        => _equipFailure is null && !_stopping && _equipping is { IsCancelled: false } build && !thread.HasContextOf(build.Dataset!);

    private void Equip(DatasetBuild build, HashThread own)
    {
        Exception? failure = null;
        try
        {
            own.MakeContext(build.Dataset!);
        }
        catch (Exception e)
        {
            // The outer edge of the thread: the one that adopts the dataset gets it.
            failure = e;
        }

        lock (_gate)
        {
            _equipStepsInFlight--;
            _equipFailure ??= failure;
            Monitor.PulseAll(_gate);
        }
    }
}
