using System.Reflection;

namespace P2PMiner.Silo.Node;

/// <summary>The versions of the program and of the libraries it is built on.</summary>
internal static class ProgramVersion
{
    public static string Text { get; } = Of(typeof(ProgramVersion).Assembly);

    /// <summary>Some assemblies follow the number with a commit, which is left out.</summary>
    public static string Of(Assembly assembly)
        => string.Concat((assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown")
            .TakeWhile(letter => !"+ ".Contains(letter))).TrimEnd('.');
}
