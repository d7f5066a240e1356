using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Setup;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>What a person reads at the end of a setup.</summary>
public sealed class SetupPagesTests
{
    private readonly FakeSetup _machine = new() { Obstacle = "systemd does not run here" };

    [Theory]
    [InlineData(null, false, "To mine: p2p-miner")]
    [InlineData(null, true, "To mine: p2p-miner --config /etc/x.json")]
    [InlineData("p2p-miner", false, "To mine: runuser -u p2p-miner -- p2p-miner --data /data")]
    [InlineData("p2p-miner", true, "To mine: runuser -u p2p-miner -- p2p-miner --config /etc/x.json --data /data")]
    public void End_WithoutSystemd_SaysHowToMineAsTheOwnerOfTheFolder(string? owner, bool isNamed, string line)
        => Assert.Contains($"Nothing starts by itself here, because systemd does not run here. {line}", End(new(), owner, isNamed));

    [Theory]
    [InlineData("p2p-miner tune apply")]
    [InlineData("p2p-miner tune apply --no-msr --no-governor", nameof(SetupOffer.HugePages))]
    [InlineData("p2p-miner tune apply --no-huge-pages", nameof(SetupOffer.Registers), nameof(SetupOffer.Governor), nameof(SetupOffer.Service))]
    [InlineData("p2p-miner tune apply", nameof(SetupOffer.Service))]
    public void End_WithoutSystemd_SaysHowToTuneWhatWasWanted(string command, params string[] notDone)
        => Assert.Contains(
            $"To tune this machine, as root: {command}",
            End(new() { NotDone = [.. notDone.Select(offer => new SetupPlan.Refusal(Enum.Parse<SetupOffer>(offer), "systemd does not run here"))] }, null, false));

    private IEnumerable<string> End(SetupPlan plan, string? owner, bool isNamed)
        => new SetupPages(new("/etc/x.json", IsForService: false), _machine, isNamed).End(plan, owner, "/data");
}
