using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>The custom miner for HiveOS: its archive is made and unpacked, and its scripts are run as HiveOS does.</summary>
public sealed class HiveOsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-hive-").FullName;

    private string Miner => Path.Combine(_folder, "custom", "p2p-miner");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Package_OnAPracticeNode_RunsAndTellsTheAgent()
    {
        Require("jq", "curl");
        var ports = FreePorts.Take(4);
        await UnpackAsync(ports[0]);
        await RunAsync("./h-config.sh", new()
        {
            ["CUSTOM_USER_CONFIG"] = $"--practice --randomx-mode light --threads 2\n --bind 127.0.0.1 --port {ports[1]} --gateway-port {ports[2]} --data {_folder}/data",
            ["CUSTOM_ALGO"] = "rx/0",
        });

        await using var node = MinerProcess.StartScript(Path.Combine(Miner, "h-run.sh"), new() { ["P2P_MEMBERSHIP__PORT"] = $"{ports[3]}" });
        var told = new JsonObject();
        await Eventually.HoldsAsync(
            async () =>
            {
                var lines = (await RunAsync("bash", [], "-c", ". ./h-stats.sh; echo \"$khs\"; echo \"$stats\"")).Split('\n');
                told = JsonNode.Parse(lines[1]) as JsonObject ?? [];
                return double.Parse(lines[0], CultureInfo.InvariantCulture) > 0 && (int?)told["ar"]?[0] > 0;
            },
            "a speed and an accepted share in the stats", Patience, () => $"{told.ToJsonString()}\n{string.Join('\n', node.Lines.TakeLast(30))}");

        Assert.Equal(["algo", "ar", "bus_numbers", "fan", "hs", "hs_units", "temp", "uptime", "ver"], told.Select(member => member.Key).Order());
        Assert.Equal((2, 2, "hs", "rx/0"), (told["hs"]!.AsArray().Count, told["bus_numbers"]!.AsArray().Count, (string)told["hs_units"]!, (string)told["algo"]!));
        Assert.All(told["hs"]!.AsArray(), rate => Assert.True((double)rate! > 0, told.ToJsonString()));
        Assert.Equal("[null,null]", told["bus_numbers"]!.ToJsonString());
        Assert.True((int)told["uptime"]! > 0);
        Assert.NotEmpty(Directory.GetFiles(_folder, "miner*.log"));
    }

    [Fact]
    public async Task Stats_NoMinerRuns_AreNone()
    {
        Require("jq", "curl");
        await UnpackAsync(FreePorts.Take());

        Assert.Equal("0\nnull\n", await RunAsync("bash", [], "-c", ". ./h-stats.sh; echo \"$khs\"; echo \"$stats\""));
    }

    [Fact]
    public async Task Config_AFlightSheet_IsSettingsThatTheMinerTakes()
    {
        Require("jq");
        await UnpackAsync(8123);

        await RunAsync("./h-config.sh", new()
        {
            ["CUSTOM_URL"] = "stratum+ssl://pool.example:443\npool2.example:3333", ["CUSTOM_TEMPLATE"] = "wallet-\"of\" $me", ["CUSTOM_PASS"] = "secret$(x)",
            ["CUSTOM_ALGO"] = "ghostrider",
        });

        var config = Path.Combine(_folder, "config.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config));
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        Assert.Equal(["stratum+ssl://pool.example:443", "pool2.example:3333"], settings["Pool"]!["Pools"]!.AsArray().Select(pool => (string)pool!["Url"]!));
        Assert.Equal(("wallet-\"of\" $me", "secret$(x)", "ghostrider", 8123), ((string)settings["Pool"]!["Pools"]![1]!["User"]!,
            (string)settings["Pool"]!["Pools"]![1]!["Pass"]!, (string)settings["Node"]!["Algorithm"]!, (int)settings["Node"]!["HttpPort"]!));
        var (exitCode, lines) = await MinerProcess.RunAsync(["--dry-run", "--config", config, "--data", _folder], [], Patience);
        Assert.True(exitCode == 0, string.Join('\n', lines));
        Assert.Contains("Node:HttpPort = 8123", lines);
    }

    [Fact]
    public async Task Scripts_ByShellcheck_HaveNoFault()
    {
        Require("shellcheck");
        await UnpackAsync(8123);

        await RunAsync("shellcheck", [], "-x", "h-config.sh", "h-run.sh", "h-stats.sh", Path.Combine(Repository(), "packaging", "hiveos.sh"));
    }

    private static void Require(params string[] programs) => Array.ForEach(programs, program
        => Assert.SkipUnless(File.Exists($"/usr/bin/{program}"), $"{program} is not installed"));

    /// <summary>The archive with a program that starts the real one; its paths are moved into the folder of the test.</summary>
    private async Task UnpackAsync(int apiPort)
    {
        var programs = Directory.CreateDirectory(Path.Combine(_folder, "programs")).FullName;
        await File.WriteAllTextAsync(Path.Combine(programs, "p2p-miner"), $"#!/bin/sh\nexec '{MinerProcess.Program}' \"$@\"\n");
        File.SetUnixFileMode(Path.Combine(programs, "p2p-miner"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(_folder, "custom"));
        await RunAsync(Path.Combine(Repository(), "packaging", "hiveos.sh"), new() { ["SOURCE_DATE_EPOCH"] = "1" }, programs, _folder);
        var archive = Assert.Single(Directory.GetFiles(_folder, "p2p-miner-*.tar.gz"));
        await RunAsync("tar", [], "-xzf", archive, "-C", Path.Combine(_folder, "custom"));
        Assert.Equal(["h-config.sh", "h-manifest.conf", "h-run.sh", "h-stats.sh", "p2p-miner"], Directory.GetFiles(Miner).Select(Path.GetFileName).Order());

        var manifest = Path.Combine(Miner, "h-manifest.conf");
        var text = await File.ReadAllTextAsync(manifest);
        Assert.DoesNotContain("@VERSION@", text);
        await File.WriteAllTextAsync(manifest, text.Replace("/var/log/miner/p2p-miner/p2p-miner", Path.Combine(_folder, "miner"))
            .Replace("/hive/miners/custom/p2p-miner/config.json", Path.Combine(_folder, "config.json"))
            .Replace("CUSTOM_API_PORT=8080", $"CUSTOM_API_PORT={apiPort.ToString(CultureInfo.InvariantCulture)}"));
    }

    private async Task<string> RunAsync(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program.StartsWith('.') ? Path.Combine(Miner, program) : program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Directory.Exists(Miner) ? Miner : _folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}{await error}");
        return await output;
    }

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
