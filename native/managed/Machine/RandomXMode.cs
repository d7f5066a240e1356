namespace P2PMiner.Native;

/// <summary>How RandomX holds its dataset.</summary>
public enum RandomXMode
{
    /// <summary>Fast where the memory allows it, otherwise partial with what there is, or light where that is next to nothing.</summary>
    Auto,

    /// <summary>All of it: 2080 MiB, 2336 MiB while it is made. Less only if the system gives no memory.</summary>
    Fast,

    /// <summary>The cache of 256 MiB and as many items as fit; the others are computed when they are wanted.</summary>
    Partial,

    /// <summary>The cache alone; all items are computed.</summary>
    Light,
}
