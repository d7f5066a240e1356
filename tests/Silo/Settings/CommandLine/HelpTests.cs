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

    [Fact]
    public async Task Help_OfHash_NamesItsOptions()
    {
        var help = await InProcess.RunAsync(["hash", "-h"]);

        Assert.Equal(0, help.ExitCode);
        Assert.All(new OptionTable().HashOptions, entry => Assert.Contains(entry.Name, help.Out));
    }

    [Theory]
    [InlineData("tune -h")]
    [InlineData("tune apply --help")]
    [InlineData("tune restore --help")]
    public async Task Help_OfTune_NamesItsOptions(string text)
    {
        var help = await InProcess.RunAsync(text.Split(' '));

        Assert.Equal(0, help.ExitCode);
        Assert.All(new OptionTable().TuneOptions, entry => Assert.Contains($"{entry.Synopsis} ", help.Out));
        Assert.All(help.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
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
        MinerHelp.Write(InProcess.Io(help, TextWriter.Null));
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
