using System.Text.RegularExpressions;

namespace P2PMiner.Silo.Tests.Settings;

/// <summary>orleans.json as it is shipped, beside the program.</summary>
internal static partial class ExampleFile
{
    /// <summary>With every setting in force that stands there as a comment.</summary>
    public static string Uncommented() => CommentedOut().Replace(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "orleans.json")), "$1");

    /// <summary>A comment that begins like JSON: a setting, or a brace of the example pool.</summary>
    [GeneratedRegex("""^(\s*)// ?(?=\s*["{}])""", RegexOptions.Multiline)]
    private static partial Regex CommentedOut();
}
