using System.Text.RegularExpressions;
using P2PMiner.Client;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Tests.Docs;

/// <summary>What the pages name exists: files, headings, options, settings, targets.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    /// <summary>Of monerod, which the pages tell how to start, and of p2p-miner-unmineable.</summary>
    private static readonly string[] ForeignOptions = ["--zmq-pub", "--region"];

    private static readonly HashSet<string> MinerOptions = [.. AllOptions(new())];
    private static readonly HashSet<string> ConsoleOptions = [.. RequestParser.OptionNames];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Links_OfEveryPage_PointToFilesAndHeadings()
    {
        var broken = new List<string>();
        foreach (var page in Repository.Pages)
        {
            foreach (var link in page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
            {
                var parts = link.Split('#');
                var target = parts[0].Length == 0 ? page.Path
                    : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(page.Path)!, parts[0]));
                var there = Path.Exists(Repository.PathOf(target))
                    && (parts.Length == 1 || Repository.Pages.Any(other => other.Path == target && other.Anchors.Contains(parts[1])));
                if (!there)
                {
                    broken.Add($"{page}: {link}");
                }
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void CommandLines_OfEveryPage_HaveOptionsThatExist()
    {
        var unknown =
            from page in Repository.Pages
            from line in page.CodeLines
            from Match command in CommandLine().Matches(line)
            from Match option in Option().Matches(command.Groups["rest"].Value)
            where command.Groups["program"].Value == "p2p-miner" ? !IsOfMiner(option.Value) : !ConsoleOptions.Contains(option.Value)
            select $"{page}: {option.Value} in: {line}";

        Assert.Empty(unknown);
    }

    [Fact]
    public void OptionsInTheText_OfTheGuideAndTheReference_Exist()
    {
        var unknown =
            from page in Repository.Pages
            where page.Path == "README.md" || page.Path.StartsWith("docs/guide/", StringComparison.Ordinal)
                || page.Path.StartsWith("docs/reference/", StringComparison.Ordinal)
            from code in page.Code
            where code.StartsWith('-')
            from Match option in Option().Matches(code)
            where !IsOfMiner(option.Value) && !ConsoleOptions.Contains(option.Value) && !ForeignOptions.Contains(option.Value)
            select $"{page}: {code}";

        Assert.Empty(unknown);
    }

    [Fact]
    public void CommandsOfTheConsole_OfEveryPage_Exist()
    {
        var unknown =
            from page in Repository.Pages
            from line in page.CodeLines
            from Match command in CommandLine().Matches(line)
            let first = command.Groups["rest"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
            where command.Groups["program"].Value == "p2p-console" && first is not null && char.IsAsciiLetterLower(first[0])
            where !RequestParser.CommandNames.Contains(first)
            select $"{page}: {line}";

        Assert.Empty(unknown);
    }

    [Fact]
    public void Targets_OfMake_Exist()
    {
        var targets = Target().Matches(File.ReadAllText(Repository.PathOf("Makefile"))).Select(match => match.Groups[1].Value).ToHashSet();
        var unknown =
            from page in Repository.Pages
            from line in page.CodeLines
            let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            let make = Array.IndexOf(words, "make")
            where make == 0 || (make > 0 && words[..make].All(word => word.Contains('=')))   // variables before it, or nothing
            from word in words[(make + 1)..]
            where !word.Contains('=') && !word.StartsWith('-') && !targets.Contains(word)
            select $"{page}: {line}";

        Assert.Empty(unknown);
    }

    [Fact]
    public void Packages_NamedInThePages_AreOfThisVersion()
    {
        var named = Repository.Pages.SelectMany(page => PackageName().Matches(File.ReadAllText(Repository.PathOf(page.Path)))
            .Select(match => $"{page}: {match.Groups[1].Value}")).ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, package => !package.EndsWith($": {Repository.Version}", StringComparison.Ordinal));
    }

    [Fact]
    public void Changelog_HasASectionForThisVersion()
        => Assert.Contains(File.ReadLines(Repository.PathOf("CHANGELOG.md")), line => line.StartsWith($"## {Repository.Version} (", StringComparison.Ordinal));

    [Fact]
    public void Json_OfEveryPage_IsSettings()
    {
        var blocks = Repository.Pages.SelectMany(
            page => page.Blocks.Where(block => block.TrimStart() is ['{' or '"', ..]).Select(block => (page, block))).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, entry => SettingsFile.Read(_folder.File("block.json", entry.block.TrimStart()[0] == '{' ? entry.block : $"{{{entry.block}}}")));
    }

    [Fact]
    public void Settings_NamedInThePages_Exist()
    {
        var sections = string.Join('|', SettingsSchema.Sections.Select(entry => entry.Section).Distinct());
        var inText =
            from page in Repository.Pages
            from code in page.Code
            where Regex.IsMatch(code, $"^({sections}):[A-Za-z]+$")
            where SettingsSchema.Find(code) is null && !SettingsSchema.IsList(code)
            select $"{page}: {code}";
        var inEnvironment =
            from page in Repository.Pages
            from line in page.CodeLines
            from Match variable in Variable().Matches(line)
            where SettingsSchema.Find(variable.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)) is null
            select $"{page}: {variable.Value}";

        Assert.Empty(inText.Concat(inEnvironment));
    }

    [Fact]
    public void Paths_InThePagesForDevelopers_Exist()
    {
        var missing =
            from page in Repository.Pages
            where page.Path is "CONTRIBUTING.md" || (page.Path.StartsWith("docs/dev/", StringComparison.Ordinal) && page.Path != "docs/dev/moves.md")
            from code in page.Code
            where RoomPath().IsMatch(code) && !Path.Exists(Repository.PathOf(code))
            select $"{page}: {code}";

        Assert.Empty(missing);
    }

    /// <summary>Also one of a single letter with a number behind it, as -t4.</summary>
    private static bool IsOfMiner(string option)
        => MinerOptions.Contains(option) || (option.Length > 2 && char.IsAsciiDigit(option[2]) && MinerOptions.Contains(option[..2]));

    private static IEnumerable<string> AllOptions(OptionTable table)
        => table.MineOptions.Concat(table.HashOptions).Concat(table.InitOptions).Concat(table.JoinOptions).Concat(table.TuneOptions).Concat(table.SetupOptions)
            .Concat(table.DoctorOptions)
            .SelectMany(entry => entry.Option.Aliases.Append(entry.Name));

    /// <summary>One of the programs with what follows it, up to a pipe or the next program.</summary>
    [GeneratedRegex(@"(?:^|[\s/])(?<program>p2p-miner|p2p-console)(?=\s|$)(?<rest>[^|;&]*?)(?=$|[|;&]|(?:\S*/)?p2p-(?:miner|console)\s)")]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"(?<=^|[\s\[])--?[a-zA-Z][\w-]*")]
    private static partial Regex Option();

    [GeneratedRegex("^([a-z-]+):", RegexOptions.Multiline)]
    private static partial Regex Target();

    [GeneratedRegex("p2p-miner_([0-9][0-9a-z.]*)_")]
    private static partial Regex PackageName();

    [GeneratedRegex("P2P_([A-Z0-9]+__[A-Z0-9_]+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(interfaces|native|pools|security|grains|silo|client|tests|docs|packaging)/[\w./-]*$")]
    private static partial Regex RoomPath();
}
