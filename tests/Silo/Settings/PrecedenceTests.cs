using System.Collections;
using P2PMiner.Silo.Settings;

namespace P2PMiner.Silo.Tests.Settings;

public sealed class PrecedenceTests : IDisposable
{
    private const string FilePools = """
        { "Pool": { "Pools": [ { "Url": "file1.example:1", "User": "file1", "Pass": "file-pass" }, { "Url": "file2.example:2", "User": "file2" } ] } }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Value_GivenNowhere_IsTheDefault() => Assert.Contains("Node:Port = 9999\n", await DryRunAsync("{}"));

    [Fact]
    public async Task Value_InTheFile_BeatsTheDefault()
        => Assert.Contains("Node:Port = 1111\n", await DryRunAsync("""{ "Node": { "Port": 1111 } }"""));

    [Fact]
    public async Task Value_InTheEnvironment_BeatsTheFile()
        => Assert.Contains("Node:Port = 2222\n", await DryRunAsync("""{ "Node": { "Port": 1111 } }""", new() { ["P2P_NODE__PORT"] = "2222" }));

    [Fact]
    public async Task Value_OnTheCommandLine_BeatsTheEnvironment()
        => Assert.Contains("Node:Port = 3333\n",
            await DryRunAsync("""{ "Node": { "Port": 1111 } }""", new() { ["P2P_NODE__PORT"] = "2222" }, "-p", "3333"));

    [Theory]
    [InlineData("", 9999, 9998, 9997)]
    [InlineData("--port 9989", 9989, 9988, 9987)]
    [InlineData("--port 9989 --gateway-port 4000", 9989, 4000, 9987)]
    public async Task Ports_NotSetOneByOne_FollowThePort(string args, int silo, int gateway, int table)
    {
        var settings = await DryRunAsync("{}", null, args.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains($"Node:Port = {silo}\n", settings);
        Assert.Contains($"Node:GatewayPort = {gateway}\n", settings);
        Assert.Contains($"Membership:Port = {table}\n", settings);
    }

    [Fact]
    public async Task TablePort_SetInTheFile_StaysAndThatOfPostgreSqlIsNone()
    {
        Assert.Contains("Membership:Port = 4001\n", await DryRunAsync("""{ "Membership": { "Port": 4001 } }""", null, "--port", "5000"));
        Assert.Contains("Membership:Port = \n", await DryRunAsync("""{ "Membership": { "Provider": "postgresql", "ConnectionString": "Host=a" } }"""));
    }

    [Fact]
    public async Task Auto_OnTheCommandLine_BeatsTheNumberOfTheFile()
        => Assert.Contains("Hashing:Threads = auto\n", await DryRunAsync("""{ "Hashing": { "Threads": 3 } }""", null, "-t", "auto"));

    [Fact]
    public async Task Pools_OnTheCommandLine_ReplaceThoseOfTheFile()
    {
        var settings = await DryRunAsync(FilePools, null, "-o", "cli.example:3", "-u", "cli");

        Assert.Contains("Pool:Pools:0:Url = cli.example:3\n", settings);
        Assert.DoesNotContain("Pool:Pools:1", settings);
        Assert.DoesNotContain("Pass", settings);
    }

    [Fact]
    public async Task Pools_InTheEnvironment_ReplaceThoseOfTheFile()
    {
        var settings = await DryRunAsync(FilePools, new() { ["P2P_POOL__POOLS__0__URL"] = "env.example:4", ["P2P_POOL__POOLS__0__USER"] = "env" });

        Assert.Contains("Pool:Pools:0:Url = env.example:4\n", settings);
        Assert.DoesNotContain("file", settings);
        Assert.DoesNotContain("Pool:Pools:1", settings);
    }

    [Fact]
    public async Task Password_InTheEnvironment_CompletesThePoolOfTheCommandLine()
    {
        var settings = await DryRunAsync(
            FilePools, new() { ["P2P_POOL__POOLS__0__PASS"] = "geheim" }, "-o", "cli.example:3", "-u", "cli", "--socks5", "me:geheim@127.0.0.1:9050");

        Assert.Contains("Pool:Pools:0:Pass = ***\n", settings);
        Assert.Contains("Pool:Pools:0:Socks5 = ***@127.0.0.1:9050\n", settings);
        Assert.Contains("Pool:Pools:0:Url = cli.example:3\n", settings);
        Assert.DoesNotContain("geheim", settings);
    }

    [Fact]
    public async Task File_WithCommentsAndTrailingCommas_IsRead()
        => Assert.Contains("Node:Port = 1111\n", await DryRunAsync("// a comment\n{ \"Node\": { /* another */ \"port\": 1111, }, }"));

    [Fact]
    public async Task File_ShippedWithTheProgram_IsValidAndMinesNothing()
    {
        var outcome = await InProcess.RunAsync(["--dry-run", "--config", Path.Combine(AppContext.BaseDirectory, "orleans.json")]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.DoesNotContain("Pool:Pools", outcome.Out);
        Assert.Contains("Pool:Practice = false\n", outcome.Out);
    }

    [Fact]
    public async Task DryRun_ShippedFile_PrintsWhatMattersOnly()
    {
        var outcome = await InProcess.RunAsync(["--dry-run", "--config", Path.Combine(AppContext.BaseDirectory, "orleans.json"), "--data", _folder.Path]);

        Assert.Equal(
        [
            "Pool:Practice = false", "Node:Mode = auto", "Node:Algorithm = randomx", "Hashing:Threads = auto", $"Node:Data = {_folder.Path}", "Node:Bind = 0.0.0.0",
            "Node:Port = 9999", "Node:GatewayPort = 9998", "Membership:Port = 9997", "Discovery:Port = 10000", "Node:HttpPort = 8080",
        ], outcome.Out.Split('\n').Where(line => line.Contains(" = ", StringComparison.Ordinal)));
        Assert.Contains(" settings have their defaults; --dry-run=all prints them too.\n", outcome.Out);
    }

    [Fact]
    public async Task DryRun_PoolsAndOtherValues_PoolsComeFirstAndOthersLast()
    {
        var lines = (await DryRunAsync(FilePools, null, "--print-time", "5", "--mode", "auto", "-t", "1")).Split('\n');

        Assert.Equal("Pool:Pools:0:", lines[0][..13]);
        Assert.Contains("Hashing:Threads = 1", lines);
        Assert.True(Array.IndexOf(lines, "Output:PrintTime = 5") > Array.IndexOf(lines, "Node:HttpPort = 8080"), string.Join('\n', lines));
        Assert.DoesNotContain(lines, line => line.StartsWith("PracticePool", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--dry-run=all")]
    [InlineData("--dry-run", "all")]
    public async Task DryRun_All_PrintsEverySetting(params string[] args)
    {
        var outcome = await InProcess.RunAsync([.. args, "--config", _folder.File("settings.json", FilePools)]);

        Assert.All(SettingsSchema.Defaults(), entry => Assert.Contains($"{entry.Setting.Key} = ", outcome.Out));
        Assert.Contains("Pool:Pools:0:", outcome.Out);
        Assert.DoesNotContain("prints them too", outcome.Out);
    }

    private async Task<string> DryRunAsync(string file, Hashtable? environment = null, params string[] args)
    {
        var outcome = await InProcess.RunAsync(["--dry-run", "--config", _folder.File("settings.json", file), .. args], environment);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        return outcome.Out;
    }
}
