using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace P2PMiner.Silo.Tests.Docs;

/// <summary>The sources this test was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>README.md and its neighbours, and every page below docs.</summary>
    public static IReadOnlyList<MarkdownPage> Pages { get; } =
    [
        .. Directory.GetFiles(Root, "*.md").Concat(Directory.GetFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .Select(path => new MarkdownPage(Path.GetRelativePath(Root, path), File.ReadAllText(path))),
    ];

    /// <summary>The one place where it stands.</summary>
    public static string Version { get; } = XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    public static MarkdownPage Page(string path) => Pages.Single(page => page.Path == path);

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "P2PMiner.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"no P2PMiner.sln in a folder above {here}");
    }
}
