namespace P2PMiner.Silo.Node;

/// <summary>Tells the starter of the process how it ended; docs/reference/exit-codes.md lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>What was asked for could not be done, or this machine hashes wrongly.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or standard input, is wrong.</summary>
    public const int WrongCommandLine = 2;

    /// <summary>EX_TEMPFAIL of sysexits.h: a service manager should start the program again.</summary>
    public const int StartAgain = 75;

    /// <summary>EX_CONFIG of sysexits.h: starting it again is no use until a setting has changed.</summary>
    public const int WrongConfiguration = 78;
}
