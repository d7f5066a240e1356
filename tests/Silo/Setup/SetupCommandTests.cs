using System.Collections;
using P2PMiner.Security;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>setup as a program, without a terminal, with a settings file that is named.</summary>
public sealed class SetupCommandTests : IDisposable
{
    private const string Wallet = "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H";

    private readonly TemporaryFolder _folder = new();

    private string Settings => Path.Combine(_folder.Path, "mine.json");

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Setup_ThenDryRun_MinesByWhatWasWritten()
    {
        var made = await SetupAsync("", "-o", "stratum+ssl://pool.example:443", "-o", "b.example:1", "-u", Wallet, "--mode", "worker", "--keepalive");

        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.DoesNotContain(Wallet, made.Out);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Settings));
        var run = await InProcess.RunAsync(["--dry-run", "--config", Settings]);
        Assert.Equal(0, run.ExitCode);
        Assert.All(["Node:Mode = worker\n", "Pool:Pools:1:Url = b.example:1\n", "Pool:Pools:1:KeepAlive = true\n", "Pool:Pools:0:User = 888tNk...up3H\n"], line => Assert.Contains(line, run.Out));
    }

    [Fact]
    public async Task Undo_FileOfAPersonBefore_IsBackToTheLetter()
    {
        const string Mine = "// mine\n{ \"Node\": { \"Port\": 1234, }, }\n";
        File.WriteAllText(Settings, Mine);
        File.SetUnixFileMode(Settings, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var made = await SetupAsync("", "-o", "a.example:1", "-u", Wallet);
        Assert.Equal(0, made.ExitCode);
        Assert.Contains("its comments are lost", made.Out);
        Assert.Contains("\"Port\": 1234", File.ReadAllText(Settings));

        var undone = await SetupAsync("", "--undo");

        Assert.Equal((0, ""), (undone.ExitCode, undone.Error));
        Assert.Equal(Mine, File.ReadAllText(Settings));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, File.GetUnixFileMode(Settings));
        Assert.Equal([Settings], Directory.GetFiles(_folder.Path));
        Assert.StartsWith("nothing to undo", (await SetupAsync("", "--undo")).Out);
    }

    [Theory]
    [InlineData("\n TOKEN\r\n")]
    [InlineData("p2p-miner join TOKEN\n")]
    public async Task Join_TokenOnStandardInput_StoresTheKeyAndUndoPutsItAside(string input)
    {
        var key = ClusterKey.NewRandom();

        var joined = await SetupAsync(input.Replace("TOKEN", key.ToToken()), "--join-token-file", "-", "--data", Data);

        Assert.Equal((0, ""), (joined.ExitCode, joined.Error));
        Assert.DoesNotContain(key.ToToken(), joined.Out);
        Assert.Equal(key, new ClusterKeyFile(Data, TimeProvider.System).Load().Current);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{Settings}.undo"));

        Assert.Equal(0, (await SetupAsync("", "--undo")).ExitCode);
        Assert.False(File.Exists(Path.Combine(Data, "cluster-key")));
        Assert.Single(Directory.GetFiles(Data, "cluster-key.undone-*"));
    }

    [Fact]
    public async Task Replace_OtherClusterBefore_IsBackAfterUndo()
    {
        var (former, key) = (ClusterKey.NewRandom(), ClusterKey.NewRandom());
        var file = new ClusterKeyFile(Data, TimeProvider.System);
        file.Create(former);

        Assert.Equal(2, (await SetupAsync(key.ToToken(), "--join-token-file", "-", "--data", Data)).ExitCode);
        Assert.Equal(former, file.Load().Current);
        var joined = await SetupAsync(key.ToToken(), "--join-token-file", "-", "--replace", "--data", Data);
        Assert.Equal((0, key), (joined.ExitCode, file.Load().Current));
        var kept = Assert.Single(Directory.GetFiles(Data, "cluster-key.old-*"));
        Assert.Contains($"the former key is kept in {kept}", joined.Out);
        Assert.Equal(0, (await SetupAsync("", "--undo")).ExitCode);
        Assert.Equal(former, file.Load().Current);
    }

    [Fact]
    public async Task Undo_OfAJoin_LeavesNoCopyOfTheKeyThatIsBack()
    {
        var (former, key, older) = (ClusterKey.NewRandom(), ClusterKey.NewRandom(), ClusterKey.NewRandom());
        var file = new ClusterKeyFile(Data, TimeProvider.System);
        file.Create(older);
        var ofOthers = file.Supersede(former);
        await SetupAsync(key.ToToken(), "--join-token-file", "-", "--replace", "--data", Data);

        var undone = await SetupAsync("", "--undo");

        Assert.Equal(0, undone.ExitCode);
        Assert.Equal(former, file.Load().Current);
        Assert.Equal([ofOthers!], Directory.GetFiles(Data, "cluster-key.old-*"));
        Assert.Contains(Assert.Single(Directory.GetFiles(Data, "cluster-key.undone-*")), undone.Out);
    }

    [Fact]
    public async Task Join_KeyThatAStartMadeAndNobodyElseHas_WantsNoReplace()
    {
        var (made, key) = (ClusterAccess.Open(Data).Ring.Current, ClusterKey.NewRandom());
        var file = new ClusterKeyFile(Data, TimeProvider.System);

        Assert.Equal(0, (await SetupAsync(key.ToToken(), "--join-token-file", "-", "--yes", "--data", Data)).ExitCode);
        Assert.Equal(key, file.Load().Current);
        Assert.Equal(0, (await SetupAsync("", "--undo")).ExitCode);
        Assert.Equal((made, true), (file.Load().Current, file.IsUnshared));
    }

    [Fact]
    public async Task Password_OfAFile_IsWrittenAndNotShown()
    {
        var made = await SetupAsync("", "-o", "a.example:1", "-u", Wallet, "--pass-file", _folder.File("pass", "geheim \n"));

        Assert.Equal(0, made.ExitCode);
        Assert.Contains("\"Pass\": \"geheim \"", File.ReadAllText(Settings));
        Assert.DoesNotContain("geheim", made.Out + made.Error);
    }

    [Fact]
    public async Task Setup_OffersThatCannotBeTakenUp_WritesTheRestAndSaysWhatIsNotDone()
    {
        var made = await SetupAsync("", "-o", "a.example:1", "-u", Wallet, "--huge-pages", "yes", "--service", "yes");

        Assert.Equal(1, made.ExitCode);
        Assert.Contains("a.example:1", File.ReadAllText(Settings));
        Assert.Contains("\nNot done: --huge-pages, because ", made.Out);
        Assert.Contains("\nNot done: --service, because ", made.Out);
        Assert.Contains($"To tune this machine, as root: p2p-miner tune apply --config {Settings} --no-msr --no-governor\n", made.Out);
        Assert.Equal(0, (await SetupAsync("", "--undo")).ExitCode);
        Assert.False(File.Exists(Settings));
    }

    [Theory]
    [InlineData(2, "there is no terminal to ask at; give --pool and --user")]
    [InlineData(1, "nothing is changed; --service cannot be done, because", "--service", "yes")]
    [InlineData(2, "--join-token-file: standard input is empty; it should hold the join token, or the line that p2p-console invite prints", "--join-token-file", "-")]
    [InlineData(2, "--pass-file: standard input is empty; its first line should be the pool's password", "-o", "a.example:1", "-u", "me", "--pass-file", "-")]
    [InlineData(2, "--pass-file: /nowhere/p cannot be read", "-o", "a.example:1", "-u", "me", "--pass-file", "/nowhere/p")]
    [InlineData(78, "Pool:Pools:0:TlsStrict: needs TLS", "-o", "a.example:1", "-u", "me", "--tls-strict")]
    public async Task Setup_CannotBe_SaysWhyAndWritesNothing(int exitCode, string reason, params string[] args)
    {
        var made = await SetupAsync("", args);

        Assert.Equal(exitCode, made.ExitCode);
        Assert.Contains(reason, made.Error);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Setup_FolderThatOthersMayChange_IsRefusedWithoutBadAdvice()
    {
        var open = Directory.CreateDirectory(Path.Combine(_folder.Path, "open")).FullName;
        File.SetUnixFileMode(open, (UnixFileMode)0x1ff);

        var made = await InProcess.RunAsync(["setup", "--config", Path.Combine(open, "x.json"), "-o", "a.example:1", "-u", Wallet], new Hashtable { ["HOME"] = _folder.Path });

        Assert.Equal(1, made.ExitCode);
        Assert.Contains($"{open}: other users can change what is in it", made.Error);
        Assert.Contains("--config", made.Error);
        Assert.DoesNotContain("chmod -R", made.Error);
    }

    [Fact]
    public async Task Setup_BrokenFile_IsLeftAsItIs()
    {
        File.WriteAllText(Settings, "{ \"Nod\": {} }");

        var made = await SetupAsync("", "-o", "a.example:1", "-u", Wallet);

        Assert.Equal(78, made.ExitCode);
        Assert.Equal("{ \"Nod\": {} }", File.ReadAllText(Settings));
    }

    [Fact]
    public async Task Setup_TheSameTwice_WritesNothingMore()
    {
        await SetupAsync("", "-o", "a.example:1", "-u", Wallet);
        var before = File.ReadAllText($"{Settings}.undo");

        var again = await SetupAsync("", "-o", "a.example:1", "-u", Wallet);

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("Nothing is changed", again.Out);
        Assert.Equal(before, File.ReadAllText($"{Settings}.undo"));
    }

    [Fact]
    public async Task Help_OfSetup_NamesItsOptions()
    {
        var help = await InProcess.RunAsync(["setup", "--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.All(new P2PMiner.Silo.Settings.CommandLine.OptionTable().SetupOptions, entry => Assert.Contains($"{entry.Synopsis} ", help.Out));
    }

    private Task<InProcess.Outcome> SetupAsync(string input, params string[] args)
        => InProcess.RunAsync(["setup", "--config", Settings, .. args], new Hashtable { ["HOME"] = _folder.Path }, input);
}
