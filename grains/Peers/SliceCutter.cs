using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Peers;

/// <summary>A peer's work: its units, and the slices it cuts from them for the hashing threads. Plain state, one caller at a time.</summary>
internal sealed class SliceCutter
{
    /// <summary>Slice of a thread whose rate is not known yet.</summary>
    private const ulong FirstSlice = 4;

    /// <summary>Work is asked for when little is left, so that a unit or two wait, besides what threads gave back.</summary>
    private const int MostParts = 4096;

    private readonly List<Part> _parts = [];

    /// <summary>Generation of the work held; units of earlier ones are dropped.</summary>
    public ulong Generation { get; private set; }

    /// <summary>Nonces not handed out yet.</summary>
    public ulong Remaining { get; private set; }

    public WorkUnit? Front => _parts.Count > 0 ? _parts[0].Unit : null;

    /// <summary>How many nonces a slice should have: about <paramref name="duration"/> of one thread, in whole batches.</summary>
    /// <param name="threadRate">0: not known yet.</param>
    /// <param name="lanes">
    /// Hashes that a thread works on at once, 1 or more: the remainder at the end of a slice is hashed with empty lanes.
    /// </param>
    public static ulong CountFor(HashRate threadRate, TimeSpan duration, int lanes)
    {
        var batch = (ulong)lanes;
        var count = threadRate.PerSecond > 0 ? threadRate.HashesIn(duration) : FirstSlice;
        return Math.Max(1, (count + (batch / 2)) / batch) * batch;
    }

    /// <summary>Takes a unit: of a later generation instead of what is held, of the same after it.</summary>
    /// <returns>False: it came too late, or there are <see cref="MostParts"/> already; it was dropped.</returns>
    public bool Add(WorkUnit unit)
    {
        if (unit.Generation < Generation)
        {
            return false;
        }

        if (unit.Generation > Generation)
        {
            Clear(unit.Generation);
        }

        if (_parts.Count >= MostParts)
        {
            return false;
        }

        _parts.Add(new(unit, unit.Range));
        Remaining += unit.Range.Count;
        return true;
    }

    /// <summary>Drops all work of generations up to <paramref name="generation"/>.</summary>
    public void Clear(ulong generation)
    {
        _parts.Clear();
        (Remaining, Generation) = (0, generation);
    }

    /// <summary>Cuts the next slice; null when nothing is left.</summary>
    public CutSlice? Next(ulong count)
    {
        if (_parts.Count == 0)
        {
            return null;
        }

        var part = _parts[0];
        var range = part.Left.Take(Math.Max(1, count), out var rest);
        Remaining -= range.Count;
        if (rest.IsEmpty)
        {
            _parts.RemoveAt(0);
        }
        else
        {
            _parts[0] = part with { Left = rest };
        }

        return new(part.Unit, range);
    }

    /// <summary>Puts back what a thread did not reach, first in line, unless other work has come since.</summary>
    public void PutBack(CutSlice slice, ulong hashesDone)
    {
        slice.Range.Take(hashesDone, out var rest);
        if (!rest.IsEmpty && slice.Unit.Generation == Generation)
        {
            _parts.Insert(0, new(slice.Unit, rest));
            Remaining += rest.Count;
        }
    }

    private sealed record Part(WorkUnit Unit, NonceRange Left);
}

/// <summary>Some nonces of a unit, for one thread.</summary>
internal readonly record struct CutSlice(WorkUnit Unit, NonceRange Range);
