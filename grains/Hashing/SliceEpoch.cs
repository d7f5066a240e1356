namespace P2PMiner.Grains.Hashing;

/// <summary>
/// The generation that this node's own slices have now. The peer grain raises it, and the worker grains hash no slice of another: one of a
/// later generation would hold its thread for ever, because nothing that comes later could end it. Any thread.
/// </summary>
internal sealed class SliceEpoch
{
    private ulong _current;

    /// <summary>0: no peer grain has begun.</summary>
    public ulong Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }
}
