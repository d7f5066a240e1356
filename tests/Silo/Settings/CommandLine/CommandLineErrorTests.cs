namespace P2PMiner.Silo.Tests.Settings.CommandLine;

public sealed class CommandLineErrorTests
{
    [Theory]
    [InlineData("-t abc", "--threads: 'abc' is not a number of threads (1 to 4096)")]
    [InlineData("--threads -5", "--threads: '-5' is not a number of threads (1 to 4096)")]
    [InlineData("-t 0", "--threads: '0' is not a number of threads (1 to 4096)")]
    [InlineData("-t", "--threads: needs a value (N)")]
    [InlineData("-t 1 -t 2", "--threads: given more than once")]
    [InlineData("-p 65536", "--port: '65536' is not a port (1 to 65535)")]
    [InlineData("-m boss", "--mode: 'boss' is not one of auto, master, worker")]
    [InlineData("-a scrypt", "--algo: 'scrypt' is not an algorithm (randomx, rx/0 or monero; rx/2; ghostrider, gr or raptoreum)")]
    [InlineData("-c host", "--connect: 'host' is not HOST:PORT with a port of 1 to 65535")]
    [InlineData("-c ::1:9999", "--connect: '::1:9999' is not HOST:PORT with a port of 1 to 65535")]
    [InlineData("-c host:1,,other:2", "--connect: 'host:1,,other:2' is not HOST:PORT with a port of 1 to 65535")]
    [InlineData("--bind everywhere", "--bind: 'everywhere' is not an IP address")]
    [InlineData("--bench 20X", "--bench: '20X' is not a number of hashes such as 20K, 250K or 1M, nor gr or gr-quick")]
    [InlineData("--bench gr -a randomx", "--bench: gr does not measure rx/0; RandomX takes a number of hashes, GhostRider gr or gr-quick")]
    [InlineData("--bench 20K -a gr", "--bench: 20000 does not measure gr; RandomX takes a number of hashes, GhostRider gr or gr-quick")]
    [InlineData("--bench 0", "--bench: '0' is not a number of hashes such as 20K, 250K or 1M")]
    [InlineData("--bench 5000M", "--bench: '5000M' is not a number of hashes such as 20K, 250K or 1M")]
    [InlineData("--bench K", "--bench: 'K' is not a number of hashes such as 20K, 250K or 1M")]
    [InlineData("--cpu-affinity 3-1", "--cpu-affinity: '3-1' is not a list of CPU numbers such as 0-3,8")]
    [InlineData("--print-time 1.5", "--print-time: '1.5' is not a number of seconds (0 to 86400)")]
    [InlineData("-o ftp://a:1", "--pool: pool URL 'ftp://a:1': unknown scheme")]
    [InlineData("-o a:1 --tls-fingerprint 12", "--tls-fingerprint: '12' is not a SHA-256 fingerprint (64 hex digits)")]
    [InlineData("-o a:1 -o b:2 -u 1 -u 2 -u 3", "--user: given 3 times for 2 pools")]
    [InlineData("-o a:1 --nicehash maybe", "--nicehash: 'maybe' is not true or false")]
    [InlineData("-u wallet", "--user: needs a pool (--pool URL)")]
    [InlineData("-o a:1 --practice", "--practice: the practice pool cannot be combined with --pool")]
    [InlineData("--bogus", "--bogus: not an option")]
    [InlineData("dig", "'dig': not an option or command")]
    [InlineData("dig", "'dig': not an option or command (commands: setup, doctor, tune, cluster, join, hash, completion, help)")]
    [InlineData("setpu", "'setpu': not an option or command (did you mean setup?)")]
    [InlineData("--tread 2", "--tread: not an option (did you mean --threads?)")]
    [InlineData("--pas=hunter", "--pas: not an option (did you mean --pass?)")]
    [InlineData("-threads 2", "-threads: not an option (did you mean --threads?)")]
    [InlineData("-threads=2", "-threads: not an option (did you mean --threads?)")]
    [InlineData("-t2x", "--threads: '2x' is not a number of threads (1 to 4096)")]
    [InlineData("-d2", "-d2: not an option")]
    [InlineData("help bogus", "'bogus': not an option or command (commands: setup, doctor")]
    [InlineData("--no-huge-pages 1", "'1': not an option or command")]
    [InlineData("--no-huge-pages=1", "'1': not an option or command")]
    [InlineData("--no-msr", "--no-msr: not an option")]
    [InlineData("--dry-run=most", "--dry-run: 'most' is not all")]
    [InlineData("--dry-run --dry-run=all", "--dry-run: given more than once")]
    [InlineData("--bench 10K --dry-run", "--dry-run: cannot be combined with --bench")]
    public Task Run_WrongCommandLine_IsOneLineAndExitCode2(string text, string message) => AssertRefusedAsync("", text, message);

    [Theory]
    [InlineData("hash", "hash", "--algo: hash needs an algorithm")]
    [InlineData("hash", "hash -a randomx", "--seed: rx/0 needs a seed (2 to 120 hex digits)")]
    [InlineData("hash", "hash -a gr --seed 00", "--seed: ghostrider takes none")]
    [InlineData("hash", "hash -a gr --randomx-mode fast", "--randomx-mode: ghostrider has none")]
    [InlineData("hash", "hash -a rx/0 --seed 0x1", "--seed: '0x1' is not a seed (2 to 120 hex digits)")]
    [InlineData("hash", "hash --threads 2", "--threads: not an option")]
    [InlineData("tune", "tune", "tune: needs one of apply, restore and status")]
    [InlineData("tune", "tune now", "'now': not an option or command")]
    [InlineData("tune restore", "tune restore --no-msr", "--no-msr: not an option")]
    [InlineData("tune apply", "tune apply -t many", "--threads: 'many' is not a number of threads (1 to 4096)")]
    [InlineData("tune", "tune aply", "'aply': not an option or command (did you mean apply?)")]
    [InlineData("tune", "tune x", "'x': not an option or command (commands: apply, restore, status)")]
    [InlineData("tune", "help tune aply", "'aply': not an option or command (did you mean apply?)")]
    [InlineData("cluster", "cluster", "cluster: needs init")]
    [InlineData("setup", "setup --undo --yes", "--undo: cannot be combined with --yes")]
    [InlineData("join", "join p2p-rubbish", "join token: must begin with p2p1-")]
    [InlineData("join", "join one two", "'two': not an option or command")]
    public Task Run_WrongCommandLineOfACommand_PointsToItsHelp(string command, string text, string message) => AssertRefusedAsync($" {command}", text, message);

    private static async Task AssertRefusedAsync(string command, string text, string message)
    {
        var outcome = await InProcess.RunAsync(text.Split(' '));

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("", outcome.Out);
        Assert.StartsWith($"p2p-miner: {message}", outcome.Error);
        Assert.EndsWith($"; see p2p-miner{command} --help\n", outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
    }

    [Fact]
    public async Task Run_PasswordWithControlCharacter_IsNotRepeated()
    {
        var outcome = await InProcess.RunAsync(["-o", "a:1", "--pass", "hunter2\u0007"]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.DoesNotContain("hunter2", outcome.Error);
    }

    [Theory]
    [InlineData("--socks5", "me:hunter2@nowhere")]
    [InlineData("--pool", "stratum+tcp://me:hunter2@pool.example:1")]
    public async Task Run_WrongAddressWithPassword_DoesNotRepeatIt(string option, string value)
    {
        var outcome = await InProcess.RunAsync(["-o", "a:1", option, value]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith($"p2p-miner: {option}: ", outcome.Error);
        Assert.DoesNotContain("hunter2", outcome.Error);
    }

    [Fact]
    public async Task Run_EmptyPoolUrl_NamesTheOption()
    {
        var outcome = await InProcess.RunAsync(["-o", ""]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("p2p-miner: --pool:", outcome.Error);
    }
}
