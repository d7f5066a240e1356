using System.Text.RegularExpressions;

namespace P2PMiner.Architecture.Tests;

/// <summary>
/// What a C# source says about itself and others. Its namespace is file-scoped and its types stand at the left margin, as they do
/// everywhere here.
/// </summary>
internal sealed partial record SourceFile(string Path, string Room, string Code)
{
    /// <summary>Empty in a file of top-level statements.</summary>
    public string Namespace => NamespaceLine().Match(Code).Groups[1].Value;

    /// <summary>The namespaces of ours after a `using`, and what an alias or a `using static` names.</summary>
    public IEnumerable<string> Usings => UsingLine().Matches(Code).Select(match => match.Groups[1].Value);

    public IEnumerable<string> Types => TypeLine().Matches(Code).Select(match => match.Groups[1].Value);

    public IEnumerable<string> ExtensionMethods => ExtensionMethod().Matches(Code).Select(match => match.Groups[1].Value);

    /// <summary>Names with the dots between them, as they follow each other below the usings: `PoolText.Clean`, `log`, `.WithRetries`.</summary>
    public IEnumerable<string> Names => Chain().Matches(DirectiveLine().Replace(Code, "")).Select(match => match.Value);

    public static SourceFile Read(string root, string path) => new(
        System.IO.Path.GetRelativePath(root, path).Replace('\\', '/'),
        System.IO.Path.GetRelativePath(root, System.IO.Path.GetDirectoryName(path)!).Replace('\\', '/'),
        CommentOrText().Replace(File.ReadAllText(path), match => $" {string.Join(' ', Hole().Matches(match.Value).Select(hole => hole.Groups[1].Value))} "));

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\$*\"{3,}.*?\"{3,}|(?:\$@|@\$?)"(?:""|[^"])*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.[^']*|[^'\\\n])'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrText();

    // What an interpolated string has between braces. A string with quotes in its holes comes in pieces, and the last hole of a piece is open.
    [GeneratedRegex(@"(?<=^(?:\$|@\$).*)\{([^{}]+)(?:\}|$)", RegexOptions.Singleline)]
    private static partial Regex Hole();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:global )?using (?:static )?(?:\w+ = )?(P2PMiner[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^(?:(?:global )?using|namespace) [^;(]*;", RegexOptions.Multiline)]
    private static partial Regex DirectiveLine();

    [GeneratedRegex(@"^(?:\[[^\n]*\] *)?(?:\w+ )*(?:class|struct|interface|enum|record|delegate [^\n(]*?) ?\b(?!struct\b|class\b)(\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"\bstatic [^\n;={]*?\b(\w+)(?:<[^>\n]*>)?\(this ")]
    private static partial Regex ExtensionMethod();

    [GeneratedRegex(@"\.?\b[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")]
    private static partial Regex Chain();
}
