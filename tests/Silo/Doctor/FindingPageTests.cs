using System.Text.Json;
using P2PMiner.Doctor;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Doctor;

public sealed class FindingPageTests
{
    private static readonly IReadOnlyList<Finding> All = Examiner.Sort(
    [
        Found.Ok("disk", "Room enough."), Found.Note("clock", "Not read."), Found.Speed("MSR", "Not set.", "sudo p2p-miner tune apply", "more speed"),
        Found.Safety("data folder", "Open to others.", "chmod 700 /a"), Found.Speed("heat", "Too hot.", gain: "the full clock speed"),
    ]);

    private readonly StringWriter _out = new();

    [Fact]
    public void Write_NoTerminal_IsOneLineForEachFindingTheWorstFirst()
    {
        FindingPage.Write(All, new Screen(_out, isTerminal: false));

        Assert.Equal(
        [
            "SAFETY  data folder             Open to others. chmod 700 /a",
            "SPEED   MSR                     Not set. sudo p2p-miner tune apply    # brings: more speed",
            "SPEED   heat                    Too hot. # brings: the full clock speed",
            "note    clock                   Not read.",
            "ok      disk                    Room enough.",
            "5 findings: 1 costs safety, 2 cost speed, 1 note, 1 fine",
            "",
        ], _out.ToString().Split('\n'));
    }

    [Fact]
    public void Write_Terminal_HasColoursAndTheCommandOnALineOfItsOwn()
    {
        FindingPage.Write(All, new Screen(_out, isTerminal: true));

        var lines = _out.ToString().Split('\n');
        Assert.Equal("\e[31mSAFETY  data folder             Open to others.\e[0m", lines[0]);
        Assert.Equal("chmod 700 /a", lines[1].Trim());
    }

    [Fact]
    public void Json_HasTheSameNamesForScripts()
    {
        var json = JsonDocument.Parse(FindingJson.Write("1.0", null, All)).RootElement;

        Assert.Equal(["version", "node", "wrong", "findings"], json.EnumerateObject().Select(member => member.Name));
        var worst = json.GetProperty("findings")[0];
        Assert.Equal(["check", "severity", "text", "mend", "gain"], worst.EnumerateObject().Select(member => member.Name));
        Assert.Equal("costsSafety", worst.GetProperty("severity").GetString());
        Assert.Equal(["costsSafety", "costsSpeed", "costsSpeed", "note", "ok"],
            json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("severity").GetString()));
        Assert.True(json.GetProperty("wrong").GetBoolean());
        Assert.False(JsonDocument.Parse(FindingJson.Write("1.0", "aa", [All[^1]])).RootElement.GetProperty("wrong").GetBoolean());
    }

    [Fact]
    public void Join_RunningNode_AnswersForItselfAndThisProcessForTheRest()
    {
        var joined = Examiner.Join(
            [Found.Speed(HugePagesCheck.Name, "By this process."), Found.Ok(RegistersCheck.Name, "Read by root.")],
            [Found.Ok(HugePagesCheck.Name, "By the node."), Found.Note(RegistersCheck.Name, "Not as this user.")]);

        Assert.Equal(["Read by root.", "By the node."], joined.Select(finding => finding.Text).Order().Reverse());
    }

    [Fact]
    public void Try_CheckThatCannotRead_IsANote()
    {
        Examiner.Try("disk", () => throw new UnauthorizedAccessException("Not for you.")).Single()
            .Is(FindingSeverity.Note, "could not be examined: Not for you.");
        Assert.Throws<InvalidOperationException>(() => Examiner.Try("disk", () => throw new InvalidOperationException("a fault of ours")));
    }

    [Theory]
    [InlineData("/usr/lib/p2p-miner/p2p-miner", "p2p-miner", "p2p-console")]
    [InlineData("/home/me/bin/p2p-miner", "/home/me/bin/p2p-miner", "/home/me/bin/p2p-console")]
    [InlineData("/usr/bin/dotnet", "p2p-miner", "p2p-console")]
    [InlineData(null, "p2p-miner", "p2p-console")]
    public void ThisProgram_ByItsPath_IsWhatCanBePasted(string? path, string miner, string console)
        => Assert.Equal(new ThisProgram(miner, console), ThisProgram.At(path));
}
