using System.Collections;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Tests.Settings;

/// <summary>Values that came with what surrounds them on the page they were copied from.</summary>
public sealed class PastedSettingsTests : IDisposable
{
    private const string Digits = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private static readonly string Colons = string.Join(':', Digits.Chunk(2).Select(pair => new string(pair).ToUpperInvariant()));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Values => new()
    {
        { "Url", " stratum+ssl://pool.example:1\r\n", "stratum+ssl://pool.example:1" },
        { "User", "\n\twallet\u00a0\n", "wallet" },
        { "User", "\ufeffwallet.rig\u200b", "wallet.rig" },
        { "RigId", " rig 1 ", "rig 1" },
        { "TlsFingerprint", $" {Colons}\n", Digits },
        { "Socks5", "me: pass @127.0.0.1:1\n", "me: pass @127.0.0.1:1" },
        { "Pass", " two words \r\n", " two words " },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Load_PastedPoolSetting_IsTrimmedFromEverySource(string name, string pasted, string value)
    {
        var pool = new Dictionary<string, string> { ["Url"] = "stratum+ssl://a:1", ["User"] = "u", [name] = pasted };
        var file = _folder.File("settings.json", System.Text.Json.JsonSerializer.Serialize(new { Pool = new { Pools = new[] { pool } } }));
        var options = new Dictionary<string, string>
        {
            ["Url"] = "--pool", ["User"] = "--user", ["RigId"] = "--rig-id", ["TlsFingerprint"] = "--tls-fingerprint",
            ["Socks5"] = "--socks5", ["Pass"] = "--pass",
        };

        Assert.Equal(value, Load(["--config", file], []));
        Assert.Equal(value, Load([], new(pool.ToDictionary(pair => $"P2P_POOL__POOLS__0__{pair.Key.ToUpperInvariant()}", pair => pair.Value))));
        Assert.Equal(value, Load([.. pool.SelectMany(pair => new[] { options[pair.Key], pair.Value })], []));

        string? Load(string[] args, Hashtable environment)
            => MinerConfiguration.Load(CommandLineConfiguration.Parse(args), environment)[$"Pool:Pools:0:{name}"];
    }

    [Theory]
    [InlineData("P2P_WEB__TOKEN", " 0123456789abcdef\n", "Web:Token", "0123456789abcdef")]
    [InlineData("P2P_NODE__PORT", "1234\n", "Node:Port", "1234")]
    [InlineData("P2P_NODE__MODE", " worker", "Node:Mode", "worker")]
    [InlineData("P2P_MEMBERSHIP__CONNECTIONSTRING", "Host=a;Password=b \n", "Membership:ConnectionString", "Host=a;Password=b ")]
    public void Load_PastedVariable_IsTrimmed(string name, string pasted, string key, string value)
        => Assert.Equal(value, MinerConfiguration.Load(CommandLineConfiguration.Parse([]), new Hashtable { [name] = pasted })[key]);

    [Theory]
    [InlineData("User", "wal\nlet")]
    [InlineData("User", "wal\u200blet")]
    [InlineData("Url", "pool\u202e.example:1")]
    [InlineData("RigId", "rig\e[2J")]
    [InlineData("Pass", "hun\tter2")]
    public async Task Run_ControlOrInvisibleCharacterInside_IsRefusedByNameAndNotRepeated(string name, string value)
    {
        var outcome = await InProcess.RunAsync(["--dry-run"], new Hashtable { [$"P2P_POOL__POOLS__0__{name.ToUpperInvariant()}"] = value });

        Assert.Equal((78, $"configuration: Pool:Pools:0:{name}: the value has control or invisible characters\n"), (outcome.ExitCode, outcome.Error));
    }

    [Theory]
    [InlineData("--user", "wal\nlet")]
    [InlineData("--pass", "hun\tter2")]
    [InlineData("--data", "/tmp/a\nb")]
    public async Task Run_ControlCharacterInAnOption_IsRefusedByName(string option, string value)
    {
        var outcome = await InProcess.RunAsync(["-o", "a:1", option, value]);

        Assert.Equal((2, $"p2p-miner: {option}: the value has control or invisible characters; see p2p-miner --help\n"), (outcome.ExitCode, outcome.Error));
    }

    [Theory]
    [InlineData("-a gr --ram 2", 0)]
    [InlineData("-a gr --ram 1", 2)]
    [InlineData("-a rx/0 --ram 256", 0)]
    [InlineData("-a rx/2 --ram 255", 78)]
    [InlineData("--ram 100", 78)]
    public async Task Run_LittleMemory_IsForGhostRiderAlone(string options, int exitCode)
    {
        var outcome = await InProcess.RunAsync(["--dry-run", .. options.Split(' ')]);

        Assert.Equal(exitCode, outcome.ExitCode);
        if (exitCode == 78)
        {
            Assert.Matches(@"^configuration: Hashing:RamMegabytes: \d+ MB \(--ram\) is too little for RandomX, which needs 256 MB even in light mode\n$", outcome.Error);
        }
    }
}
