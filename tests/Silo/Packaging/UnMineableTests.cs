using System.ComponentModel;
using System.Diagnostics;
using P2PMiner.Silo.Tests.Docs;

namespace P2PMiner.Silo.Tests.Packaging;

/// <summary>packaging/deb/p2p-miner-unmineable under its two names, with a p2p-miner that prints what it is given, each in brackets.</summary>
public sealed class UnMineableTests : IDisposable
{
    private const string Address = "D8abcdefghijkLMNOP";
    private const string Monero = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
    private const string Both = "[--pool][stratum+ssl://HOST:443][--pool][stratum+ssl://HOST:4444]";

    private readonly TemporaryFolder _folder = new();

    public UnMineableTests()
    {
        foreach (var name in new[] { "p2p-miner-unmineable-rx", "p2p-miner-unmineable-gr", "p2p-miner-unmineable" })
        {
            File.Copy(Repository.PathOf("packaging/deb/p2p-miner-unmineable"), Path.Combine(_folder.Path, name));
        }

        Program("printf '[%s]' \"$@\"");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rx", "randomx", "rx.unmineable.com")]
    [InlineData("gr", "ghostrider", "ghostrider.unmineable.com")]
    public async Task User_InTheEnvironment_IsPaidAndOptionsArePassedOn(string name, string algorithm, string host)
    {
        var (exitCode, output, _) = await RunAsync(name, $"DOGE:{Address}.attic", "--mode", "auto", "--threads", "4", "--log-file", "a b");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            $"[--algo][{algorithm}]{Both.Replace("HOST", host)}[--user][DOGE:{Address}.attic][--keepalive][true][--mode][auto][--threads][4][--log-file][a b]", output);
    }

    [Theory]
    [InlineData($"DOGE:{Address}", "doge", Address)]
    [InlineData($"DOGE:{Address}.attic", "DOGE", Address, "attic")]
    [InlineData($"DOGE:{Address}.attic", $"DOGE:{Address}.attic")]
    [InlineData($"XMR:{Monero}.attic", "XMR", Monero, "attic")]
    [InlineData($"XMR:{Monero}ABCDEFGHJKL", $"XMR:{Monero}ABCDEFGHJKL")]
    [InlineData("EOS:mywallet1111", "EOS", "mywallet1111")]
    [InlineData($"XRP:{Address}:12345", "XRP", $"{Address}:12345")]
    [InlineData($"DOGE:{Address}.a#ab12-cd34", "-u", $" DOGE:{Address}.a#ab12-cd34\r\n")]
    [InlineData($"DOGE:{Address}", $"-uDOGE:{Address}")]
    [InlineData($"DOGE:{Address}#ab12-cd34", $"--user=DOGE:{Address}#ab12-cd34")]
    public async Task User_GivenInAnyWay_IsTheSame(string user, params string[] args)
        => Assert.Contains($"[--user][{user}]", (await RunAsync("rx", null, args)).Output);

    [Fact]
    public async Task User_Nowhere_NoReferralIsAdded() => Assert.DoesNotContain("#", (await RunAsync("rx", null, "DOGE", Address)).Output);

    [Fact]
    public async Task Region_Given_IsThatHost()
        => Assert.Contains(Both.Replace("HOST", "rx-eu.unmineable.com"), (await RunAsync("rx", null, "DOGE", Address, "--region", "eu")).Output);

    [Theory]
    [InlineData("USER is 'root', which is not COIN:ADDRESS but probably your login name", "root")]
    [InlineData("who is paid? Give COIN ADDRESS", null)]
    [InlineData("'DOGE': an address must follow the coin", null, "DOGE")]
    [InlineData("coin 'DO-GE': expected the short name of a coin, 2 to 10 letters and digits", null, "DO-GE", Address)]
    [InlineData("coin 'DOGECOINDOGE': expected the short name of a coin, 2 to 10 letters and digits", null, "dogecoindoge", Address)]
    [InlineData("coin 'COIN': is the word of an example; put the coin in its place that you are paid in", $"COIN:{Address}")]
    [InlineData("address 'YOUR_ADDRESS': is the word of an example; put your own address of DOGE in its place", null, "DOGE", "YOUR_ADDRESS", "attic")]
    [InlineData("address '<your wallet address>': is the word of an example", null, "DOGE", "<your wallet address>")]
    [InlineData("address 'YOUR_DOGE_ADDRESS': is the word of an example", "DOGE:YOUR_DOGE_ADDRESS.attic")]
    [InlineData("address 'WALLET': is the word of an example", null, "-u", "DOGE:WALLET#ab12-cd34")]
    [InlineData("address 'notanaddress': no Monero address: that begins with 4 or 8 and has 95 characters, or 106 with a payment id", null, "XMR", "notanaddress")]
    [InlineData("address '4notanaddress': no Monero address", null, "xmr", "4notanaddress")]
    [InlineData("no Monero address", null, "XMR", "0" + Monero)]
    [InlineData("no Monero address", null, "XMR", Monero + "1")]
    [InlineData("address 'ab cdefghijklm': expected letters and digits", null, "DOGE", "ab cdefghijklm")]
    [InlineData("address 'short': has 5 characters", null, "DOGE", "short")]
    [InlineData("worker 'my rig': expected at most 32 letters", null, "DOGE", Address, "my rig")]
    [InlineData("referral 'mine': expected a code such as ab12-cd34", $"DOGE:{Address}#mine")]
    [InlineData("nothing follows the dot", $"DOGE:{Address}.")]
    [InlineData("'extra': too much", null, "DOGE", Address, "w", "extra")]
    [InlineData("--region: 'mars' is not one of us, ca, eu, asia", null, "DOGE", Address, "--region", "mars")]
    [InlineData("--user: needs a value", null, "-u")]
    [InlineData("--user: COIN and ADDRESS are given already", null, "DOGE", Address, "-u", $"DOGE:{Address}")]
    [InlineData("--pool: the pool is unMineable here", null, "DOGE", Address, "--pool", "a.example:1")]
    [InlineData("-oa.example:1: the pool is unMineable here", null, "DOGE", Address, "-oa.example:1")]
    [InlineData("-agr: p2p-miner-unmineable-rx mines RandomX", null, "DOGE", Address, "-agr")]
    [InlineData("--algo=gr: p2p-miner-unmineable-rx mines RandomX", null, "DOGE", Address, "--algo=gr")]
    public async Task Input_OfWrongForm_IsNamedAndNothingStarts(string message, string? user, params string[] args)
    {
        var (exitCode, output, error) = await RunAsync("rx", user, args);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(message, error);
    }

    [Fact]
    public async Task Name_WithoutAlgorithm_IsRefused()
    {
        var (exitCode, _, error) = await RunAsync("", null, "DOGE", Address);

        Assert.Equal(2, exitCode);
        Assert.Contains("the name must end in -rx (RandomX) or -gr (GhostRider)", error);
    }

    [Fact]
    public async Task Help_NamesItselfAndTheForms()
    {
        var (exitCode, output, _) = await RunAsync("gr", "root", "--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("p2p-miner-unmineable-gr COIN ADDRESS [WORKER] [options]", output);
    }

    [Fact]
    public async Task DryRun_WithTheProgramItself_HasThePools()
    {
        Program($"exec '{Path.Combine(AppContext.BaseDirectory, "p2p-miner")}' \"$@\"");

        var (exitCode, output, error) = await RunAsync("gr", null, "DOGE", Address, "--dry-run", "--data", _folder.Path);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.DoesNotContain("Warning", output);
        Assert.All(
            ["Node:Algorithm = gr\n", "Pool:Pools:0:Url = stratum+ssl://ghostrider.unmineable.com:443\n", "Pool:Pools:1:Url = stratum+ssl://ghostrider.unmineable.com:4444\n",
                "Pool:Pools:1:KeepAlive = true\n", "Pool:Pools:0:User = DOGE:D...MNOP\n"], line => Assert.Contains(line, output));
    }

    [Fact]
    public async Task Script_ByShellcheck_HasNoFault()
    {
        try
        {
            var (exitCode, output, error) = await RunAsync(new("shellcheck", [Repository.PathOf("packaging/deb/p2p-miner-unmineable")]));
            Assert.True(exitCode == 0, output + error);
        }
        catch (Win32Exception)
        {
            Assert.Skip("shellcheck is not installed");
        }
    }

    private void Program(string script)
    {
        var program = _folder.File("p2p-miner", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string name, string? user, params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(_folder.Path, name.Length == 0 ? "p2p-miner-unmineable" : $"p2p-miner-unmineable-{name}"), args);
        start.Environment.Remove("USER");
        if (user is not null)
        {
            start.Environment["USER"] = user;
        }

        return RunAsync(start);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
