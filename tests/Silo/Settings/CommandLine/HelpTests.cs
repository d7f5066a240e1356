using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Tests.Settings.CommandLine;

public sealed class HelpTests
{
    [Fact]
    public async Task Help_Redirected_NamesEveryOptionInPlainText()
    {
        var help = await InProcess.RunAsync(["--help"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.All(new OptionTable().MineOptions, entry => Assert.Contains($"{entry.Synopsis} ", help.Out));
        Assert.DoesNotContain('\e', help.Out);
        Assert.All(help.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    /// <summary>How a command's page is called, and its words.</summary>
    public static TheoryData<string> Pages
        => [.. new CommandTable(new()).All.Where(entry => entry.Words.Count > 0).Select(entry => string.Join(' ', entry.Words))];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Help_OfACommand_HasItsUsageAndItsOptionsOnly(string words)
    {
        var table = new CommandTable(new());
        var entry = table.All.First(entry => string.Join(' ', entry.Words) == words);
        var options = (entry.Help!.OwnOptions ?? table.Below(entry).Append(entry).SelectMany(below => below.Options))
            .Select(option => option.Synopsis.Trim()).Distinct();

        var help = await InProcess.RunAsync([.. entry.Words, "--help"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains($"\nUsage\n  p2p-miner {words.Split(' ')[0]}", help.Out);
        var listed = help.Out.Split('\n').SkipWhile(line => line != "Options").Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Trim())
            .Where(line => line.StartsWith('-')).Select(line => line.Split("  ")[0]);
        Assert.Equal(options.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.All(help.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
        Assert.Equal(help, await InProcess.RunAsync(["help", .. entry.Words]));
        Assert.Equal(help, await InProcess.RunAsync([.. entry.Words, "-h"]));
    }

    [Fact]
    public async Task Help_AsACommand_IsThePageOfTheProgram()
        => Assert.Equal(await InProcess.RunAsync(["--help"]), await InProcess.RunAsync(["help"]));

    [Fact]
    public async Task Help_OfTheProgram_NamesEveryCommand()
    {
        var help = await InProcess.RunAsync(["--help"]);

        var listed = help.Out.Split('\n').SkipWhile(line => line != "Commands").Skip(1).TakeWhile(line => line.Length > 0)
            .Where(line => line[2] != ' ').Select(line => line.Trim().Split(' ')[0]);
        var table = new CommandTable(new());
        Assert.Equal(table.WordsAfter(table.Mine), listed);
    }

    [Fact]
    public async Task Help_OfThePassword_SaysThatOthersCanReadIt()
        => Assert.Contains("P2P_POOL__POOLS__0__PASS", (await InProcess.RunAsync(["--help"])).Out);

    [Fact]
    public async Task Version_Asked_StartsWithNameAndNumber()
    {
        var version = await InProcess.RunAsync(["--version"]);

        Assert.Equal(0, version.ExitCode);
        Assert.StartsWith($"p2p-miner {Docs.Repository.Version}\n.NET 10.", version.Out);
        Assert.Contains("Orleans 10.4.2\n", version.Out);
    }

    [Fact]
    public void Examples_OfTheHelp_AreValidCommandLines()
    {
        var help = new StringWriter();
        MinerHelp.Write(InProcess.Io(help, TextWriter.Null), []);
        var examples = help.ToString().Split('\n').SkipWhile(line => line != "Examples").Skip(1).TakeWhile(line => line.Length > 0).ToList();

        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var words = example.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var end = example[2..].IndexOf("  ", StringComparison.Ordinal) is var gap && gap > 0 ? example[2..(2 + gap)] : example[2..];
            Assert.Equal("p2p-miner", words[0]);
            CommandLineConfiguration.Parse(end.Split(' ')[1..]);
        }
    }
}
