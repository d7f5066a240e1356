using System.Runtime.InteropServices;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Commands;

/// <summary>The versions of the program and of what it runs on.</summary>
internal static class VersionText
{
    public static int Write(TextWriter output)
    {
        output.WriteLine($"p2p-miner {ProgramVersion.Text}");
        output.WriteLine($"{RuntimeInformation.FrameworkDescription}, Orleans {ProgramVersion.Of(typeof(Grain).Assembly)}");
        output.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}".ToLowerInvariant());
        return ExitCode.Done;
    }
}
