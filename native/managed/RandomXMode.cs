namespace P2PMiner.Native;

/// <summary>How RandomX holds its dataset.</summary>
public enum RandomXMode
{
    /// <summary>Fast where the memory is there, light otherwise.</summary>
    Auto,

    /// <summary>2080 MiB (2336 MiB while it is made); light only if the system gives none.</summary>
    Fast,

    /// <summary>256 MiB, about six times slower.</summary>
    Light,
}
