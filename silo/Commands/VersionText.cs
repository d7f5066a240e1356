using System.Reflection;
using System.Runtime.InteropServices;

namespace P2PMiner.Silo.Commands;

/// <summary>The versions of the program and of what it runs on.</summary>
internal static class VersionText
{
    public static string Program { get; } = VersionOf(typeof(VersionText));

    public static int Write(TextWriter output)
    {
        output.WriteLine($"p2p-miner {Program}");
        output.WriteLine($"{RuntimeInformation.FrameworkDescription}, Orleans {VersionOf(typeof(Grain))}");
        output.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}".ToLowerInvariant());
        return 0;
    }

    // Some assemblies follow the number with a commit.
    private static string VersionOf(Type type)
        => string.Concat((type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown")
            .TakeWhile(letter => !"+ ".Contains(letter))).TrimEnd('.');
}
