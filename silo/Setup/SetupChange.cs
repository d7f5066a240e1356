namespace P2PMiner.Silo.Setup;

/// <summary>One thing that a setup was about to change, as it was before. Exactly one of the members is set.</summary>
internal sealed record SetupChange
{
    public FileBefore? File { get; init; }

    public KeyBefore? Key { get; init; }

    public UnitBefore? Unit { get; init; }

    /// <param name="Content">Null: there was no such file.</param>
    /// <param name="Mode">Who might access it; null: there was no such file.</param>
    /// <param name="Written">SHA-256 in hex of what setup writes, to notice what others change later.</param>
    internal sealed record FileBefore(byte[]? Content, UnixFileMode? Mode, string Written);

    /// <param name="Folder">The data folder.</param>
    /// <param name="Content">Of the key file, as secret as that; null: there was none.</param>
    internal sealed record KeyBefore(string Folder, byte[]? Content);

    internal sealed record UnitBefore(string Name, bool WasEnabled, bool WasActive);
}
