namespace P2PMiner.Security;

/// <summary>What a file of the data folder is opened for; this decides which rules it must meet.</summary>
internal enum FileUse
{
    Read,

    /// <summary>Nobody else may even read it.</summary>
    ReadSecret,

    /// <summary>Written in place, not replaced: a file with a second name elsewhere would change there too.</summary>
    Change,
}
