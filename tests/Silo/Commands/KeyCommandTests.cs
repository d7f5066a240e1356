using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Tests.Commands;

/// <summary>p2p-miner cluster init and p2p-miner join, as two machines run them.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private readonly TemporaryFolder _here = new();
    private readonly TemporaryFolder _there = new();

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Join_TokenOfInit_StoresTheSameKey(bool onStandardInput)
    {
        var token = await InitAsync();

        var joined = onStandardInput ? await InProcess.RunAsync(["join", "--data", _there.Path], input: $"\n\ufeff {token}\u200b\r\n")
            : await InProcess.RunAsync(["join", $"{token}\n", "--data", _there.Path]);

        Assert.Equal(0, joined.ExitCode);
        Assert.DoesNotContain(token, joined.Out);
        Assert.Equal(File.ReadAllText(KeyFile(_here)), File.ReadAllText(KeyFile(_there)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile(_there)));
    }

    [Theory]
    [InlineData("", "p2p-miner join TOKEN\n")]
    [InlineData("", "  bin/p2p-miner  join TOKEN \r\n")]
    [InlineData("", "sudo p2p-miner join --replace TOKEN --data /somewhere\n")]
    [InlineData("", "\n'TOKEN'\n")]
    [InlineData("p2p-miner join TOKEN", "")]
    public async Task Join_WholeLineOfAnInvitation_IsTaken(string argument, string input)
    {
        var token = await InitAsync();
        string[] args = argument.Length == 0 ? ["join", "--data", _there.Path] : ["join", argument.Replace("TOKEN", token), "--data", _there.Path];

        var joined = await InProcess.RunAsync(args, input: input.Replace("TOKEN", token));

        Assert.Equal((0, ""), (joined.ExitCode, joined.Error));
        Assert.Equal(File.ReadAllText(KeyFile(_here)), File.ReadAllText(KeyFile(_there)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public async Task Join_EmptyInput_SaysWhatIsWanted(string input)
    {
        var joined = await InProcess.RunAsync(["join", "--data", _there.Path], input: input);

        Assert.Equal(2, joined.ExitCode);
        Assert.StartsWith("p2p-miner: join: standard input is empty; it should hold the join token, or the line that p2p-console invite prints", joined.Error);
    }

    [Theory]
    [InlineData("init")]
    [InlineData("join")]
    public async Task SecondKey_IsRefusedAndTheFirstKept(string command)
    {
        var token = await InitAsync();
        var before = File.ReadAllText(KeyFile(_here));

        var again = await InProcess.RunAsync(command == "init" ? ["cluster", "init", "--data", _here.Path] : ["join", token, "--data", _here.Path]);

        Assert.Equal(78, again.ExitCode);
        Assert.Contains("there is a cluster key already", again.Error);
        Assert.Contains("join --replace TOKEN", again.Error);
        Assert.Equal(before, File.ReadAllText(KeyFile(_here)));
    }

    [Fact]
    public async Task Join_KeyThatAStartMadeAndNobodyElseHas_TakesItsPlaceAndKeepsItAside()
    {
        var token = await InitAsync();
        ClusterAccess.Open(_there.Path);
        var before = File.ReadAllText(KeyFile(_there));

        var joined = await InProcess.RunAsync(["join", token, "--data", _there.Path]);

        Assert.Equal((0, ""), (joined.ExitCode, joined.Error));
        Assert.Equal(File.ReadAllText(KeyFile(_here)), File.ReadAllText(KeyFile(_there)));
        var kept = Assert.Single(Directory.GetFiles(_there.Path, "cluster-key.old-*"));
        Assert.Equal(before, File.ReadAllText(kept));
        Assert.Contains($"the key that was here was made by a start and is on no other machine; it is kept in {kept}", joined.Out);
        Assert.Contains("if it is already running here, restart it", joined.Out);
    }

    [Fact]
    public async Task Join_KeyThatAStartMadeAndAnInvitationGaveAway_IsRefused()
    {
        var token = await InitAsync();
        ClusterAccess.Open(_there.Path);
        P2PMiner.Client.JoinCommand.Read(_there.Path);

        Assert.Equal(78, (await InProcess.RunAsync(["join", token, "--data", _there.Path])).ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task JoinReplace_KeyThereAlready_KeepsItAsideAndSaysWhere(bool onStandardInput)
    {
        var token = await InitAsync();
        var former = await InProcess.RunAsync(["cluster", "init", "--data", _there.Path]);
        var before = File.ReadAllText(KeyFile(_there));

        var joined = onStandardInput ? await InProcess.RunAsync(["join", "--replace", "--data", _there.Path], input: $"\n\ufeff {token}\u200b\r\n")
            : await InProcess.RunAsync(["join", "--replace", token, "--data", _there.Path]);

        Assert.Equal((0, ""), (joined.ExitCode, joined.Error));
        Assert.Equal(File.ReadAllText(KeyFile(_here)), File.ReadAllText(KeyFile(_there)));
        var kept = Assert.Single(Directory.GetFiles(_there.Path, "cluster-key.old-*"));
        Assert.Equal(before, File.ReadAllText(kept));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        Assert.Contains(kept, joined.Out);
        Assert.DoesNotContain(token, joined.Out);
        Assert.DoesNotContain(former.Out.Trim().Split(' ')[^1], joined.Out);
    }

    [Fact]
    public async Task JoinReplace_NoKeyOrTheSame_KeepsNothingAside()
    {
        var token = await InitAsync();

        Assert.Equal(0, (await InProcess.RunAsync(["join", "--replace", token, "--data", _there.Path])).ExitCode);
        Assert.Equal(0, (await InProcess.RunAsync(["join", token, "--replace", "--data", _there.Path])).ExitCode);

        Assert.Equal(KeyFile(_there), Assert.Single(Directory.GetFiles(_there.Path)));
    }

    [Fact]
    public async Task JoinReplace_NoToken_LeavesTheKeyThere()
    {
        await InitAsync();
        var before = File.ReadAllText(KeyFile(_here));

        Assert.Equal(2, (await InProcess.RunAsync(["join", "--replace", "nonsense", "--data", _here.Path])).ExitCode);
        Assert.Equal(before, File.ReadAllText(KeyFile(_here)));
        Assert.Equal(2, (await InProcess.RunAsync(["cluster", "init", "--replace", "--data", _here.Path])).ExitCode);
    }

    [Theory]
    [InlineData("p2p1-xx", "it was cut off, or something was added")]
    [InlineData("nonsense", "must begin with p2p1-")]
    public async Task Join_NoToken_SaysWhatIsWrongAndRepeatsNothing(string token, string reason)
    {
        var joined = await InProcess.RunAsync(["join", token, "--data", _there.Path]);

        Assert.Equal(2, joined.ExitCode);
        Assert.Contains(reason, joined.Error);
        Assert.False(File.Exists(KeyFile(_there)));
    }

    private async Task<string> InitAsync()
    {
        var made = await InProcess.RunAsync(["cluster", "init", "--data", _here.Path]);
        Assert.Equal(0, made.ExitCode);
        Assert.StartsWith("p2p-miner join p2p1-", made.Out);
        return made.Out.Trim().Split(' ')[^1];
    }

    private static string KeyFile(TemporaryFolder folder) => Path.Combine(folder.Path, "cluster-key");
}
