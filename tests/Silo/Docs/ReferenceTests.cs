using System.Globalization;
using P2PMiner.Client;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Tests.Settings;

namespace P2PMiner.Silo.Tests.Docs;

/// <summary>docs/reference and the console's page list what there is, all of it and nothing else.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void Options_OfTheReference_AreThoseOfTheProgram()
    {
        var listed = Rows("docs/reference/options.md").SelectMany(row => row[0].Split('`').Where((_, index) => index % 2 == 1))
            .Where(code => code.StartsWith('-'));

        Assert.Equal(new OptionTable().MineOptions.Select(entry => entry.Synopsis.Trim()).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_OfTheReference_AreThoseOfTheExampleFile()
    {
        using var folder = new TemporaryFolder();
        var example = SettingsFile.Read(folder.File("all.json", ExampleFile.Uncommented())).Keys.Select(WithoutIndex).Distinct();
        var listed = SettingsRows().Select(row => row.Key.Contains(':', StringComparison.Ordinal) ? row.Key : $"Pool:Pools:{row.Key}")
            .Where(key => key != "Pool:Pools");

        Assert.Equal(example.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_OfTheReference_AreThoseOfTheOptions()
    {
        var defaults = SettingsSchema.Defaults().ToDictionary(entry => entry.Setting.Key, entry => entry.Default, StringComparer.Ordinal);
        var named = SettingsRows().Where(row => defaults.ContainsKey(row.Key)).ToList();

        Assert.NotEmpty(named);
        Assert.Equal(named.Select(row => (row.Key, Normal(defaults[row.Key]))), named.Select(row => (row.Key, Normal(row.Default))));
    }

    [Fact]
    public void Commands_OfTheConsole_AreOnItsPage()
    {
        var page = Repository.Page("docs/guide/console.md");
        var words = page.CodeLines.SelectMany(line => line.Split([' ', ',', '[', ']'], StringSplitOptions.RemoveEmptyEntries)).ToHashSet();

        Assert.Empty(RequestParser.CommandNames.Except(words).Except(page.Prose.SelectMany(line => line.Split([' ', ',', '.', '`']))));
    }

    [Fact]
    public void ExitCodes_OfTheReference_AreThoseOfThePrograms()
    {
        var rows = Rows("docs/reference/exit-codes.md").Where(row => int.TryParse(row[0], out _)).ToList();
        var miner = typeof(ExitCode).GetFields().Select(code => (int)code.GetRawConstantValue()!);
        int[] console = [ExitCode.Done, RefusedException.ExitCode, RequestException.ExitCode, ClusterUnreachableException.ExitCode];

        Assert.Equal(miner.Order(), rows.Where(row => row[1].Length > 0).Select(Code));
        Assert.Equal(console.Order(), rows.Where(row => row[2].Length > 0).Select(Code));

        static int Code(string[] row) => int.Parse(row[0], CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(string Key, string Default)> SettingsRows()
        => Rows("docs/reference/settings.md").Where(row => row[0].StartsWith('`')).Select(row => (row[0].Trim('`'), row[1]));

    /// <summary>"Pool:Pools:0:Url" as "Pool:Pools:Url", and an item of a list as the list.</summary>
    private static string WithoutIndex(string key) => string.Join(':', key.Split(':').Where(part => !int.TryParse(part, out _)));

    private static string Normal(string value)
        => value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time)
            ? time.ToString("c", CultureInfo.InvariantCulture) : value.ToLowerInvariant();

    /// <summary>The cells of the rows of a page's tables.</summary>
    internal static IEnumerable<string[]> Rows(string page)
        => Repository.Page(page).Prose.Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line[1..].TrimEnd('|').Split(" |", StringSplitOptions.TrimEntries));
}
