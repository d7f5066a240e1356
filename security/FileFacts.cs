namespace P2PMiner.Security;

/// <summary>What the file system says about a file.</summary>
/// <param name="Owner">User id.</param>
/// <param name="Links">Names that lead to it.</param>
/// <param name="Bytes">Its length.</param>
internal readonly record struct FileFacts(FileKind Kind, uint Owner, UnixFileMode Mode, uint Links, long Bytes)
{
    /// <summary>Group id.</summary>
    public uint Group { get; init; }
}
