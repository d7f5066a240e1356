namespace P2PMiner.Silo.MachineTuning;

/// <summary>What a failed read or write of the machine means, in words for people.</summary>
internal static class Refusal
{
    // Numbers of errno, which .NET has in HResult where it knows no better.
    private const int InputOutput = 5;

    public static string Of(Exception failure) => failure switch
    {
        UnauthorizedAccessException when !Environment.IsPrivilegedProcess => "only root can do that",
        UnauthorizedAccessException => "the kernel does not allow it (EPERM)",
        IOException { HResult: InputOutput } => "the processor does not have it, or does not take this value (EIO)",
        FileNotFoundException or DirectoryNotFoundException => "it is not there any more",
        _ => failure.Message,
    };
}
