namespace P2PMiner.CommandLines;

/// <summary>What stands behind an option.</summary>
public enum ValueKind
{
    /// <summary>Nothing: it is a flag.</summary>
    None,

    /// <summary>A text that nobody can guess.</summary>
    Text,

    /// <summary>One of a few words.</summary>
    Words,

    File,
    Folder,
}
