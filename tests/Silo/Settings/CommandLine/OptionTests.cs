using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Tests.Settings.CommandLine;

public sealed class OptionTests
{
    /// <summary>Every option that is a setting of one value: how it is written, its key, and the value the key gets.</summary>
    public static TheoryData<string, string, string> SingleOptions => new()
    {
        { "-m master", "Node:Mode", "master" },
        { "--mode WORKER", "Node:Mode", "worker" },
        { "-p 1", "Node:Port", "1" },
        { "--port 65535", "Node:Port", "65535" },
        { "-c host.example:9999", "Node:Connect", "host.example:9999" },
        { "--connect [::1]:9999", "Node:Connect", "[::1]:9999" },
        { "--connect a.example:9999,10.0.0.2:9989", "Node:Connect", "a.example:9999,10.0.0.2:9989" },
        { "-a randomx", "Node:Algorithm", "rx/0" },
        { "-a rx/0", "Node:Algorithm", "rx/0" },
        { "-a rx/2", "Node:Algorithm", "rx/2" },
        { "--algo gr", "Node:Algorithm", "gr" },
        { "--algo ghostrider", "Node:Algorithm", "gr" },
        { "-a monero", "Node:Algorithm", "rx/0" },
        { "-a XMR", "Node:Algorithm", "rx/0" },
        { "-a raptoreum", "Node:Algorithm", "gr" },
        { "-a rtm", "Node:Algorithm", "gr" },
        { "-t 4", "Hashing:Threads", "4" },
        { "-t4", "Hashing:Threads", "4" },
        { "-t=4", "Hashing:Threads", "4" },
        { "-chost.example:9999", "Node:Connect", "host.example:9999" },
        { "--threads=4096", "Hashing:Threads", "4096" },
        { "--threads auto", "Hashing:Threads", "" },
        { "-r 256", "Hashing:RamMegabytes", "256" },
        { "--ram auto", "Hashing:RamMegabytes", "" },
        { "-d", "Node:DatasetHost", "true" },
        { "--dataset-host", "Node:DatasetHost", "true" },
        { "--practice", "Pool:Practice", "true" },
        { "--data /srv/miner", "Node:Data", "/srv/miner" },
        { "--bind ::1", "Node:Bind", "::1" },
        { "--http-port 0", "Node:HttpPort", "0" },
        { "--http-bind 0.0.0.0", "Web:Bind", "0.0.0.0" },
        { "--gateway-port 30000", "Node:GatewayPort", "30000" },
        { "--randomx-mode Light", "Hashing:RandomXMode", "light" },
        { "--randomx-mode partial", "Hashing:RandomXMode", "partial" },
        { "--cpu-affinity 0-3,8", "Hashing:CpuAffinity", "0-3,8" },
        { "--no-huge-pages", "Hashing:HugePages", "false" },
        { "--no-1gb-pages", "Hashing:GiantPages", "false" },
        { "--no-numa", "Hashing:Numa", "false" },
        { "--no-tune", "Hashing:Tune", "false" },
        { "--print-time 0", "Output:PrintTime", "0" },
        { "--log-file /var/log/miner.log", "Output:LogFile", "/var/log/miner.log" },
    };

    /// <summary>Every option of a pool.</summary>
    public static TheoryData<string, string, string> PoolOptions => new()
    {
        { "-u wallet", "User", "wallet" },
        { "--user wallet", "User", "wallet" },
        { "--pass -secret", "Pass", "-secret" },
        { "--rpc-login miner:secret", "RpcLogin", "miner:secret" },
        { "--rig-id attic", "RigId", "attic" },
        { $"--tls-fingerprint {new string('A', 64)}", "TlsFingerprint", new string('a', 64) },
        { "--tls-strict", "TlsStrict", "true" },
        { "--socks5 127.0.0.1:9050", "Socks5", "127.0.0.1:9050" },
        { "--nicehash", "NiceHash", "true" },
        { "--nicehash=false", "NiceHash", "false" },
        { "--keepalive", "KeepAlive", "true" },
    };

    [Theory]
    [MemberData(nameof(SingleOptions))]
    public void Parse_SingleOption_SetsItsKeyOnly(string text, string key, string value)
        => Assert.Equal([KeyValuePair.Create(key, value)], Parse(text).Settings);

    [Theory]
    [MemberData(nameof(PoolOptions))]
    public void Parse_PoolOptionGivenOnce_GoesForAllPools(string text, string name, string value)
    {
        var settings = Parse($"-o one.example:1 {text} -o two.example:2").Settings;

        Assert.Equal(value, settings[$"Pool:Pools:0:{name}"]);
        Assert.Equal(value, settings[$"Pool:Pools:1:{name}"]);
    }

    [Fact]
    public void Parse_EveryOptionOfTheHelp_HasATestAbove()
    {
        var tested = SingleOptions.Concat(PoolOptions).Select(row => row.Data.Item1.Split(' ', '=')[0]).ToHashSet();
        var elsewhere = new[] { "--pool", "-o", "--bench", "--config", "--dry-run", "--version", "--help", "-h" };
        var names = new OptionTable().MineOptions.SelectMany(entry => entry.Option.Aliases.Prepend(entry.Name));

        Assert.Empty(names.Except(tested).Except(elsewhere));
    }

    [Fact]
    public void Parse_PoolOptionsGivenForEach_BelongToTheirPool()
    {
        var settings = Parse("-o one.example:1 -o two.example:2 -u first -u second --nicehash false --nicehash").Settings;

        Assert.Equal(("first", "false"), (settings["Pool:Pools:0:User"], settings["Pool:Pools:0:NiceHash"]));
        Assert.Equal(("second", "true"), (settings["Pool:Pools:1:User"], settings["Pool:Pools:1:NiceHash"]));
    }

    [Fact]
    public void Parse_ValuesAttachedToShortNames_AreTheirs()
    {
        var settings = Parse("-oone.example:1 -ufirst -otwo.example:2 -u second --rig-id -t4").Settings;

        Assert.Equal(("one.example:1", "two.example:2"), (settings["Pool:Pools:0:Url"], settings["Pool:Pools:1:Url"]));
        Assert.Equal(("first", "second", "-t4"), (settings["Pool:Pools:0:User"], settings["Pool:Pools:1:User"], settings["Pool:Pools:0:RigId"]));
        Assert.DoesNotContain("Hashing:Threads", settings.Keys);
    }

    [Theory]
    [InlineData("--json doctor", "Doctor")]
    [InlineData("-t 4 tune status", "TuneStatus")]
    public void Parse_OptionBeforeItsCommand_Counts(string text, string command) => Assert.Equal(command, Parse(text).Command.ToString());

    [Fact]
    public void Parse_Pool_TurnsThePracticeOfTheFileOff()
        => Assert.Equal("false", Parse("-o one.example:1").Settings["Pool:Practice"]);

    [Theory]
    [InlineData("10K", 10_000)]
    [InlineData("20k", 20_000)]
    [InlineData("1M", 1_000_000)]
    [InlineData("7", 7)]
    [InlineData("4294967296", 4_294_967_296)]
    public void Parse_Bench_ReadsItsSuffix(string text, ulong hashes)
    {
        var parsed = Parse($"--bench {text} -a randomx -t 2");

        Assert.Equal((MinerCommand.Bench, hashes, "2"), (parsed.Command, parsed.BenchHashes, parsed.Settings["Hashing:Threads"]));
    }

    [Theory]
    [InlineData("gr", 280)]
    [InlineData("GhostRider", 280)]
    [InlineData("gr -a gr", 280)]
    [InlineData("gr-quick", 20)]
    public void Parse_BenchOfGhostRider_TakesNonces(string text, ulong nonces)
    {
        var parsed = Parse($"--bench {text}");

        Assert.Equal((MinerCommand.Bench, nonces), (parsed.Command, parsed.GhostRiderBenchNonces!.Value));
    }

    [Fact]
    public void Parse_Config_IsAFullPath()
        => Assert.Equal(Path.GetFullPath("some.json"), Parse("--config some.json").ConfigFile);

    [Theory]
    [InlineData("", "Mine")]
    [InlineData("--dry-run", "DryRun")]
    [InlineData("--version", "Version")]
    [InlineData("-h", "Help")]
    [InlineData("--help -t 3", "Help")]
    [InlineData("hash --help", "Help")]
    [InlineData("hash -a gr", "Hash")]
    public void Parse_Command_IsRecognised(string text, string command) => Assert.Equal(command, Parse(text).Command.ToString());

    [Fact]
    public void Parse_Hash_HasItsOwnOptions()
    {
        var parsed = Parse("hash --algo rx/0 --seed 00FF --randomx-mode fast");

        Assert.Equal((P2PMiner.Hashing.Algorithm.RandomX, "00ff", true), (parsed.Algorithm, parsed.Seed.Hex, parsed.HashFast));
    }

    private static CommandLineConfiguration Parse(string text)
        => CommandLineConfiguration.Parse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
