using Microsoft.Extensions.Time.Testing;
using P2PMiner.Client;
using P2PMiner.Security;

namespace P2PMiner.Silo.Tests.Client;

public sealed class PromptTests : IDisposable
{
    private readonly string _token = ClusterKey.NewRandom().ToToken();
    private readonly StringWriter _output = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prompt_Lines_AreSplitAndRunUntilExit()
    {
        var lines = new List<string>();
        var input = new StringReader("status\n\n  threads aa  2 \nhelp\npool add \"a b\" -u x\nexit\nnever\n");

        await new Prompt(input, _output, words =>
        {
            lines.Add(string.Join('|', words));
            return Task.CompletedTask;
        }).RunAsync();

        Assert.Equal(["status", "threads|aa|2", "help", "pool|add|a b|-u|x"], lines);
    }

    [Fact]
    public async Task Watch_Redirected_WritesALineEachPeriodUntilStopped()
    {
        var (clock, stop) = (new FakeTimeProvider(), new CancellationTokenSource());
        var lines = new LineWriter();
        var watching = new Watch(new FakeCluster(), lines, clock).RunAsync(json: false, screen: false, stop.Token);
        for (var i = 0; i < 50 && lines.Text.Count(letter => letter == '\n') < 3; i++)
        {
            await Task.Delay(10);
            clock.Advance(Watch.Period);
        }

        await stop.CancelAsync();
        await watching;

        Assert.All(lines.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.EndsWith("pool.example:1 connected, 2 nodes, 246.9 H/s, accepted 3, rejected 0, lost 0", line));
        Assert.True(lines.Text.Count(letter => letter == '\n') >= 3, lines.Text);
    }

    [Fact]
    public async Task Watch_AsJson_WritesOneValueALine()
    {
        using var stop = new CancellationTokenSource();
        var lines = new LineWriter();
        var watching = new Watch(new FakeCluster(), lines, new FakeTimeProvider()).RunAsync(json: true, screen: false, stop.Token);
        await lines.WaitForAsync("uptime");
        await stop.CancelAsync();
        await watching;

        var line = Assert.Single(lines.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(3, System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("peers").GetArrayLength());
    }

    [Fact]
    public void Invite_KeyFile_PrintsTheJoinCommand()
    {
        Write($"{_token}\n{ClusterKey.NewRandom().ToToken()} until 2030-01-01T00:00:00Z\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal($"p2p-miner join {_token}", JoinCommand.Read(_folder.Path));
    }

    [Theory]
    [InlineData("not a token", UnixFileMode.UserRead, "holds no cluster key")]
    [InlineData("p2p1-$(reboot)", UnixFileMode.UserRead, "holds no cluster key")]
    [InlineData("p2p1-0123456789abcdefghjkmnpqrstvwxyz", UnixFileMode.UserRead, "it was cut")]
    [InlineData("p2p1-0123456789abcdefghjkmnpqrstvwxyz", UnixFileMode.UserRead | UnixFileMode.GroupRead, "other users can read or change it")]
    public void Invite_FileWrongOrOpen_IsRefusedWithoutShowingIt(string text, UnixFileMode mode, string words)
    {
        Write(text, mode);

        var refused = Assert.Throws<RefusedException>(() => JoinCommand.Read(_folder.Path));

        Assert.Contains(words, refused.Message);
        Assert.DoesNotContain(text, refused.Message);
    }

    [Fact]
    public async Task Invite_NoFile_IsOneLineAndExitCode1()
    {
        var error = new StringWriter();

        Assert.Equal(1, await P2PMiner.Client.Program.RunAsync(["invite", "--data", _folder.Path], _output, error, screen: false, TextReader.Null, new()));

        Assert.Contains("there is no cluster key", error.ToString());
        Assert.Equal(1, error.ToString().Count(letter => letter == '\n'));
    }

    private void Write(string text, UnixFileMode mode)
    {
        var file = _folder.File("cluster-key", text);
        File.SetUnixFileMode(file, mode);
    }
}
