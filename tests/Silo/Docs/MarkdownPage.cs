using System.Text.RegularExpressions;

namespace P2PMiner.Silo.Tests.Docs;

/// <summary>A page of the documentation, as far as tests look at it.</summary>
internal sealed partial class MarkdownPage
{
    public MarkdownPage(string path, string text)
    {
        Path = path;
        var prose = new List<string>();
        var blocks = new List<string>();
        List<string>? block = null;
        foreach (var line in text.Split('\n'))
        {
            if (!line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                (block ?? prose).Add(line);
            }
            else if (block is null)
            {
                block = [];
            }
            else
            {
                blocks.Add(string.Join('\n', block));
                block = null;
            }
        }

        Assert.True(block is null, $"{path}: a code block has no end");
        Blocks = blocks;
        Headings = [.. prose.Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim())];
        Links = [.. Link().Matches(string.Join('\n', prose)).Select(match => match.Groups[1].Value)];
        Code = [.. CodeSpan().Matches(string.Join('\n', prose)).Select(match => match.Groups[1].Value)];
        Prose = prose;
    }

    /// <summary>From the root of the repository.</summary>
    public string Path { get; }

    public IReadOnlyList<string> Prose { get; }

    /// <summary>What stands between fences.</summary>
    public IReadOnlyList<string> Blocks { get; }

    /// <summary>What stands between backticks in the text.</summary>
    public IReadOnlyList<string> Code { get; }

    public IReadOnlyList<string> Headings { get; }

    public IReadOnlyList<string> Links { get; }

    /// <summary>Lines of code blocks without their comments, and the code in the text.</summary>
    public IEnumerable<string> CodeLines => Blocks.SelectMany(block => block.Split('\n')).Select(line => Comment().Replace(line, "")).Concat(Code);

    /// <summary>The names that links can have behind the #, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => Headings.Select(heading => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-'));

    public override string ToString() => Path;

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
