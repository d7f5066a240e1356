using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Tests.MachineTuning;

public sealed class TuneCommandTests
{
    [Fact]
    public void Parse_TuneApply_SetsWhatTheMinerReadsAndWhatIsLeftOut()
    {
        var parsed = CommandLineConfiguration.Parse(
            "tune apply --no-msr --no-huge-pages --no-governor -a gr -t 4 -r 3000 --randomx-mode light --no-1gb-pages --no-numa".Split(' '));

        Assert.Equal(MinerCommand.TuneApply, parsed.Command);
        Assert.Equal(new Dictionary<string, string>
        {
            ["Tuning:Msr"] = "false",
            ["Tuning:HugePages"] = "false",
            ["Tuning:Governor"] = "false",
            ["Node:Algorithm"] = "gr",
            ["Hashing:Threads"] = "4",
            ["Hashing:RamMegabytes"] = "3000",
            ["Hashing:RandomXMode"] = "light",
            ["Hashing:GiantPages"] = "false",
            ["Hashing:Numa"] = "false",
        }, parsed.Settings);
    }

    [Fact]
    public async Task Run_TuneStatus_TellsOfThisMachineAndChangesNothing()
    {
        NativeLibrary.Require();

        var status = await InProcess.RunAsync(["tune", "status", "--threads", "1"]);

        Assert.Equal((0, ""), (status.ExitCode, status.Error));
        Assert.All(["CPU  ", "GOVERNOR  ", "MSR  ", "HUGE PAGES  ", "TRANSPARENT  "], name => Assert.Contains(name, status.Out));
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("restore")]
    public async Task Run_NotAsRoot_IsOneLine(string word)
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may");

        var outcome = await InProcess.RunAsync(["tune", word]);

        Assert.Equal((1, "", $"p2p-miner: tune {word} changes the machine, which only root may: sudo p2p-miner tune {word}\n"),
            (outcome.ExitCode, outcome.Out, outcome.Error));
    }

    [Fact]
    public async Task Run_WrongSetting_IsAConfigurationErrorThatNamesIt()
    {
        var outcome = await InProcess.RunAsync(["tune", "status"], new System.Collections.Hashtable { ["P2P_TUNING__MSR"] = "maybe" });

        Assert.Equal((78, "configuration: Tuning:Msr: 'maybe' is not true or false\n"), (outcome.ExitCode, outcome.Error));
    }
}
