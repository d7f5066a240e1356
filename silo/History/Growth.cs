using System.Numerics;

namespace P2PMiner.Silo.History;

/// <summary>
/// A counter of another part of the program, of which only its growth is written down. A counter that is smaller than before has begun anew from 0: its growth
/// is all that it counts now. So no growth is negative, and none is counted twice.
/// </summary>
internal sealed class Growth<T>
    where T : struct, INumber<T>
{
    private T _last = T.Zero;

    /// <summary>Since the last call; since 0 at the first, because these counters begin with the process.</summary>
    public T Of(T now)
    {
        var growth = now >= _last ? now - _last : T.Max(now, T.Zero);
        _last = now;
        return growth;
    }
}
