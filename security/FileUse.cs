namespace P2PMiner.Security;

/// <summary>What a file of the data folder is opened for, which decides what is asked of it.</summary>
internal enum FileUse
{
    Read,

    /// <summary>Nobody else may even read it.</summary>
    ReadSecret,

    /// <summary>Written where it is, not replaced: what has a second name elsewhere would change there too.</summary>
    Change,
}
