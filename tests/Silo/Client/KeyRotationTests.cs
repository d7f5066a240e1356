using System.Text.Json;
using P2PMiner.Client;
using P2PMiner.Security;

namespace P2PMiner.Silo.Tests.Client;

/// <summary>rotate-key against a cluster that answers as told.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private readonly FakeCluster _cluster = new();
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly ClusterKeyFile _file;

    public KeyRotationTests()
    {
        _file = new(_folder.Path, TimeProvider.System);
        _file.Create(_cluster.Keys.Current);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rotate_AllAccept_SwitchesOnlyThenAndPrintsTheJoinLine()
    {
        var former = _cluster.Keys.Current;

        await RunAsync("rotate-key --grace 2");

        Assert.Equal(
            [$"accept {FakeCluster.First}", $"accept {FakeCluster.Second}", $"switch key {FakeCluster.First}",
                $"switch key {FakeCluster.Second}"], _cluster.Calls);
        Assert.Equal(TimeSpan.FromHours(2), _cluster.Offered!.Grace);
        var lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal($"p2p-miner join {_cluster.Offered.Token}", lines[^1]);
        Assert.Contains("aa010000: uses the new key", lines);
        Assert.Contains("aa030000: not reached (gone): it has the old key, if any", lines);

        // The console goes on with the new key, and so does the machine it runs on.
        var key = JoinToken.Read(_cluster.Offered.Token);
        Assert.Equal([key, former], _cluster.Keys.Accepted);
        Assert.Equal([key, former], _file.Load().Accepted);
    }

    [Theory]
    [InlineData("no answer")]
    [InlineData("its disk is full")]
    public async Task Rotate_OneDoesNotConfirm_SwitchesNobodyAndTakesTheOfferBack(string why)
    {
        _cluster.Acceptances[FakeCluster.Second] = why;
        var former = _cluster.Keys.Current;

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RunAsync("rotate-key"));

        Assert.StartsWith($"node aa020000 did not confirm ({why}): nothing was switched", refused.Message);
        Assert.DoesNotContain(_cluster.Calls, call => call.StartsWith("switch"));
        Assert.Contains($"withdraw {FakeCluster.First}", _cluster.Calls);
        Assert.Contains($"withdraw {FakeCluster.Second}", _cluster.Calls);
        Assert.Equal([former], _cluster.Keys.Accepted);
        Assert.Equal([former], _file.Load().Accepted);
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task Rotate_OneIsStarting_IsNamedAndNotCalled()
    {
        _cluster.Members = _ => [new(FakeCluster.First, MemberState.Active), new(FakeCluster.Second, MemberState.Starting)];

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RunAsync("rotate-key"));

        Assert.StartsWith("node aa020000 did not confirm (it is starting)", refused.Message);
        Assert.Equal([$"accept {FakeCluster.First}", $"withdraw {FakeCluster.First}"], _cluster.Calls);
    }

    [Fact]
    public async Task Rotate_OneComesMeanwhile_IsAskedBeforeAnyIsSwitched()
    {
        _cluster.Members = looks => looks == 0 ? [new(FakeCluster.First, MemberState.Active)]
            : [new(FakeCluster.First, MemberState.Active), new(FakeCluster.Second, MemberState.Active)];

        await RunAsync("rotate-key");

        Assert.Equal(
            [$"accept {FakeCluster.First}", $"accept {FakeCluster.Second}", $"switch key {FakeCluster.First}",
                $"switch key {FakeCluster.Second}"], _cluster.Calls);
    }

    [Fact]
    public async Task Rotate_OneDoesNotConfirmTheSwitch_IsNamedAfterTheJoinLine()
    {
        _cluster.Switches[FakeCluster.Second] = "no answer";

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RunAsync("rotate-key"));

        Assert.StartsWith("not confirmed by aa020000", refused.Message);
        Assert.Equal(3, _cluster.Calls.Count(call => call == $"switch key {FakeCluster.Second}"));
        Assert.Contains("aa020000: has accepted the new key but not confirmed that it uses it (no answer)", _output.ToString());
        Assert.EndsWith($"p2p-miner join {_cluster.Offered!.Token}\n", _output.ToString());
    }

    [Theory]
    [InlineData("rotate-key --json", false)]
    [InlineData("rotate-key --json --with-token", true)]
    public async Task Rotate_AsJson_HasTheTokenOnlyWhenAsked(string text, bool asked)
    {
        await RunAsync(text);

        var rotation = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal(JoinToken.Read(_cluster.Offered!.Token).Id, rotation.GetProperty("key").GetString());
        Assert.Equal(["switched", "switched", "notReached"], rotation.GetProperty("nodes").EnumerateArray()
            .Select(node => node.GetProperty("outcome").GetString()));
        Assert.Equal(asked, rotation.TryGetProperty("join", out _));
        Assert.Equal(asked, _output.ToString().Contains(_cluster.Offered.Token));
    }

    [Fact]
    public async Task Rotate_OtherKeyInTheFile_IsLeftThere()
    {
        var other = ClusterKey.NewRandom();
        _file.Supersede(other);

        await RunAsync("rotate-key");

        Assert.Equal(other, _file.Load().Current);
    }

    [Fact]
    public async Task Offer_Printed_ShowsNothingOfTheKey()
    {
        await RunAsync("rotate-key");

        Assert.DoesNotContain(_cluster.Offered!.Token[5..15], $"{_cluster.Offered}");
    }

    private Task RunAsync(string text)
        => ClusterConsole.RunAsync(RequestParser.Parse([.. text.Split(' '), "--data", _folder.Path]), _cluster, _output, screen: false);
}
