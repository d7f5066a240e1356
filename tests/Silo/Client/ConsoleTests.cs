using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using P2PMiner.Client;
using P2PMiner.Hashing;
using P2PMiner.Security;

namespace P2PMiner.Silo.Tests.Client;

public sealed class ConsoleTests
{
    private readonly FakeCluster _cluster = new();
    private readonly StringWriter _output = new();

    [Theory]
    [InlineData("status", "Status", "127.0.0.1", 9998, false, null)]
    [InlineData("peers --json", "Peers", "127.0.0.1", 9998, true, null)]
    [InlineData("--gateway miner.example:1 jobs", "Jobs", "miner.example", 1, false, null)]
    [InlineData("pool --gateway [::1]:9998", "Pool", "::1", 9998, false, null)]
    [InlineData("pause", "Pause", "127.0.0.1", 9998, false, null)]
    [InlineData("pause all", "Pause", "127.0.0.1", 9998, false, null)]
    [InlineData("resume AB12", "Resume", "127.0.0.1", 9998, false, "ab12")]
    [InlineData("", "Prompt", "127.0.0.1", 9998, false, null)]
    [InlineData("--gateway h:1", "Prompt", "h", 1, false, null)]
    [InlineData("drain AA --json", "Drain", "127.0.0.1", 9998, true, "aa")]
    [InlineData("pool", "Pool", "127.0.0.1", 9998, false, null)]
    [InlineData("--version", "Version", "", 0, false, null)]
    public void Parse_Request_IsRead(string text, string command, string host, int port, bool json, string? node)
        => Assert.Equal(
            new ConsoleRequest(Enum.Parse<ConsoleCommand>(command), host, port, json, node) { IsGatewayGiven = host is not ("127.0.0.1" or "") },
            RequestParser.Parse(Words(text)));

    [Theory]
    [InlineData("status", true)]
    [InlineData("", true)]
    [InlineData("status --data /x", false)]
    [InlineData("--gateway 127.0.0.1:9998 status", false)]
    public void Parse_Request_IsForThisMachineUnlessAnotherIsNamed(string text, bool expected)
        => Assert.Equal(expected, RequestParser.Parse(Words(text)).IsForThisMachine);

    [Theory]
    [InlineData("", "dance", "'dance': not a command (commands: alert, algo, bench, completion, doctor, drain, help, invite, jobs, pause, peers, pool, quarantine, release, "
        + "resume, rotate-key, status, threads, watch)")]
    [InlineData("", "--json",
        "no command; expected alert, algo, bench, completion, doctor, drain, help, invite, jobs, pause, peers, pool, quarantine, release, resume, rotate-key, status, threads, watch")]
    [InlineData(" status", "status --bogus", "--bogus: not an option")]
    [InlineData(" status", "status --gateway here", "--gateway: 'here' is not HOST:PORT with a port of 1 to 65535")]
    [InlineData(" status", "status extra", "'extra': not a command")]
    [InlineData(" pause", "pause attic", "pause: 'attic' is not a node id (hex digits) or all")]
    [InlineData(" drain", "drain all", "drain: 'all' is not a node id (hex digits)")]
    [InlineData(" threads", "threads aa 0", "threads: '0' is not a number from 1 to 4096")]
    [InlineData(" threads", "threads aa many", "threads: 'many' is not a number from 1 to 4096")]
    [InlineData(" bench", "bench aa --seconds 61", "--seconds: '61' is not a number from 1 to 60")]
    [InlineData(" rotate-key", "rotate-key --grace 0", "--grace: '0' is not a number of hours from 0.1 to 720")]
    [InlineData(" rotate-key", "rotate-key --grace long", "--grace: 'long' is not a number of hours from 0.1 to 720")]
    [InlineData(" rotate-key", "rotate-key --with-token", "--with-token: only with --json; the join line is printed without it")]
    [InlineData(" algo", "algo sha3", "algo: 'sha3' is not an algorithm (randomx, rx/0 or monero; rx/2; ghostrider, gr or raptoreum)")]
    [InlineData(" pool add", "pool add one:1", "pool add: give -u USER, the wallet address or what the pool calls the user")]
    [InlineData("", "statu", "'statu': not a command (did you mean status?)")]
    [InlineData("", "help bogus", "'bogus': not a command (commands: alert, algo, bench, completion, doctor, drain, help, invite, jobs, pause, peers, pool, quarantine, release, "
        + "resume, rotate-key, status, threads, watch)")]
    [InlineData(" pool", "pool ad one:1", "'ad': not a command (did you mean add?)")]
    [InlineData(" pool", "help pool ad", "'ad': not a command (did you mean add?)")]
    [InlineData(" status", "status --jsn", "--jsn: not an option (did you mean --json?)")]
    [InlineData(" status", "status --gateway", "--gateway: needs a value")]
    [InlineData(" threads", "threads aa", "threads: needs N")]
    [InlineData(" pool add", "pool add one:1 --pas=secret", "--pas: not an option (did you mean --pass?)")]
    [InlineData(" pool add", "pool add one:1 -user me", "-user: not an option (did you mean --user?)")]
    public async Task Run_WrongRequest_IsOneLineAndExitCode2(string command, string text, string message)
    {
        var error = new StringWriter();

        Assert.Equal(2, await RunAsync(Words(text), error));

        Assert.Equal($"p2p-console: {message}; see p2p-console{command} --help\n", error.ToString());
        Assert.Equal("", _output.ToString());
    }

    [Theory]
    [InlineData("status -h", "Status")]
    [InlineData("help", null)]
    [InlineData("help pool add", "PoolAdd")]
    [InlineData("pool --help", "Pool")]
    [InlineData("--help", null)]
    public void Parse_Help_IsOfTheCommand(string text, string? command)
        => Assert.Equal((ConsoleCommand.Help, command), (RequestParser.Parse(Words(text)).Command, RequestParser.Parse(Words(text)).HelpOf?.ToString()));

    public static TheoryData<string> Commands
        => [.. Enum.GetValues<ConsoleCommand>().Except([ConsoleCommand.Version, ConsoleCommand.Prompt]).Select(command => command.ToString())];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_OfACommand_HasItsUsageAndItsOptionsOnly(string name)
    {
        var command = Enum.Parse<ConsoleCommand>(name);
        var words = RequestParser.WordsOf(command);
        Assert.Equal(0, await RunAsync([.. words.Split(' '), "--help"], TextWriter.Null));

        var page = _output.ToString();
        Assert.StartsWith($"Usage\n  p2p-console {words}", page);
        Assert.All(RequestParser.OwnOptions(command).Concat(RequestParser.CommonOptions), option => Assert.Contains(option, page));
        Assert.DoesNotContain("Exit codes", page);
        Assert.All(page.Split('\n'), line => Assert.InRange(line.Length, 0, 110));
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(["help", .. words.Split(' ')], TextWriter.Null));
        Assert.Equal(page, _output.ToString());
    }

    [Fact]
    public async Task Help_OfTheProgram_NamesEveryCommandAndOption()
    {
        Assert.Equal(0, await RunAsync(["--help"], TextWriter.Null));

        var words = _output.ToString().Split([' ', '\n', ',']).ToHashSet();
        Assert.Empty(RequestParser.CommandNames.Concat(RequestParser.OptionNames).Except(words));
        Assert.All(_output.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 110));
    }

    [Fact]
    public void PoolAdd_UserAttached_IsTheUserUnlessAnOptionTakesIt()
    {
        var pool = RequestParser.Parse(["pool", "add", "one:1", "--pass", "-uher", "-ume"]).NewPool!;

        Assert.Equal(("me", "-uher"), (pool.User, pool.Pass));
    }

    [Fact]
    public async Task Run_NobodyListens_IsOneLineAndExitCode69()
    {
        var error = new StringWriter();
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        using var folder = FolderWithKey();

        Assert.Equal(69, await RunAsync(["status", "--gateway", $"127.0.0.1:{port}", "--data", folder.Path], error));

        Assert.StartsWith($"p2p-console: no silo answers at 127.0.0.1:{port}", error.ToString());
        Assert.Equal(1, error.ToString().Count(letter => letter == '\n'));
    }

    [Fact]
    public async Task Run_NoClusterKey_SaysWhereItLooked()
    {
        using var folder = new TemporaryFolder();
        var error = new StringWriter();

        Assert.Equal(1, await RunAsync(["status", "--data", folder.Path], error));

        Assert.Equal($"p2p-console: {folder.Path}/cluster-key: there is no cluster key yet: p2p-miner makes one when it is started with --data {folder.Path}\n", error.ToString());
    }

    [Fact]
    public async Task Run_NoClusterKeyForAnotherMachine_SaysHowToGetIt()
    {
        using var folder = new TemporaryFolder();
        var error = new StringWriter();

        Assert.Equal(1, await RunAsync(["status", "--data", folder.Path, "--gateway", "192.0.2.1:1"], error));

        Assert.StartsWith($"p2p-console: {folder.Path}/cluster-key: there is no cluster key yet; p2p-miner join brings it here", error.ToString());
    }

    [Fact]
    public void WithoutKey_NothingRuns_SaysHowToStart()
    {
        var nothing = LocalNode.WithoutKey("/home/me/data", []);

        Assert.StartsWith("no node runs on this machine, and there is no cluster key in /home/me/data: start one with p2p-miner --practice", nothing);
        Assert.DoesNotContain("cluster init", nothing);
        Assert.Contains("another user's", LocalNode.WithoutKey("/home/me/data", [new(1, null)]));
        Assert.Equal("there is no cluster key in /home/me/data", LocalNode.WithoutKey("/home/me/data", [new(1, null), new(2, "/srv")]));
    }

    [Theory]
    [InlineData("invite")]
    [InlineData("status")]
    public async Task Run_FifoForAKey_IsRefusedAndNotWaitedFor(string command)
    {
        using var folder = new TemporaryFolder();
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(folder.Path, "cluster-key")))
        {
            await made.WaitForExitAsync();
        }

        var error = new StringWriter();

        Assert.Equal(1, await RunAsync([command, "--data", folder.Path], error));

        Assert.StartsWith($"p2p-console: {folder.Path}/cluster-key: is not a plain file; move it away", error.ToString());
    }

    private static TemporaryFolder FolderWithKey()
    {
        var folder = new TemporaryFolder();
        new ClusterKeyFile(folder.Path, TimeProvider.System).Create(ClusterKey.NewRandom());
        return folder;
    }

    [Fact]
    public async Task Run_SomethingElseListens_IsExitCode69()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var error = new StringWriter();
        using var folder = FolderWithKey();

        Assert.Equal(69, await RunAsync(["status", "--gateway", $"127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}", "--data", folder.Path], error));

        Assert.StartsWith("p2p-console: no silo answers", error.ToString());
    }

    [Fact]
    public async Task Status_AsJson_IsOneValueWithPlainNumbers()
    {
        await RunAsync("status --json");

        var status = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal("pool.example:1", status.GetProperty("pool").GetProperty("pool").GetString());
        Assert.Equal("connected", status.GetProperty("pool").GetProperty("state").GetString());
        Assert.Equal(90.5, status.GetProperty("pool").GetProperty("uptime").GetDouble());
        Assert.Equal(41, status.GetProperty("pool").GetProperty("skippedMessages").GetInt64());
        Assert.Equal(42, status.GetProperty("pool").GetProperty("retriedRequests").GetInt64());
        Assert.Equal(43, status.GetProperty("pool").GetProperty("refusedRequests").GetInt64());
        Assert.Equal(3, status.GetProperty("job").GetProperty("shares").GetProperty("accepted").GetInt64());
        var peer = status.GetProperty("peers")[0];
        Assert.Equal(FakeCluster.First, peer.GetProperty("node").GetString());
        Assert.Equal(123.46, peer.GetProperty("rates").GetProperty("tenSeconds").GetDouble());
        Assert.Equal(JsonValueKind.Null, peer.GetProperty("rates").GetProperty("minute").ValueKind);
    }

    [Theory]
    [InlineData("status", "pool.example:1", "j1", "aa010000", "host[1]", "2 nodes, 246.9 H/s", "messages skipped")]
    [InlineData("peers", "aa020000", "mining", "123.5", "n/a", "fast")]
    [InlineData("jobs", "j1", "rx/0", "3000000", "1000", "Accepted 3")]
    [InlineData("pool", "pool.example:1", "connected", "connected for", "1 min", "accepted", "3", "messages skipped", "41", "requests retried", "42",
        "requests refused", "43")]
    public async Task Report_Text_ShowsWhatMatters(string command, params string[] words)
    {
        await RunAsync(command);

        Assert.All(words, word => Assert.Contains(word, _output.ToString()));
        Assert.DoesNotContain('\e', _output.ToString());
    }

    [Fact]
    public async Task Peers_GhostRider_ShowTheSpeedAveragedOverJobsToo()
    {
        _cluster.Algorithm = Algorithm.GhostRider;
        await RunAsync("peers");
        Assert.Contains("2 nodes, 246.9 H/s, averaged over jobs 200.0 H/s", _output.ToString());
    }

    [Theory]
    [InlineData("pause", "pause", FakeCluster.First, FakeCluster.Second)]
    [InlineData("resume all", "resume", FakeCluster.First, FakeCluster.Second)]
    [InlineData("pause aa02", "pause", FakeCluster.Second)]
    [InlineData("drain aa02", "drain", FakeCluster.Second)]
    [InlineData("quarantine aa03", "quarantine", FakeCluster.Lost)]
    [InlineData("release aa01", "release", FakeCluster.First)]
    public async Task Pause_NodesNamed_ReachesThemOnly(string text, string call, params string[] nodes)
    {
        await RunAsync(text);

        Assert.Equal(nodes.Select(node => $"{call} {node}"), _cluster.Calls);
    }

    [Theory]
    [InlineData("pause bb", "no node's id begins with bb")]
    [InlineData("resume aa", "the ids of 2 nodes begin with aa; give more digits")]
    public async Task Pause_NodeUnclear_IsAWrongRequest(string text, string message)
    {
        var error = await Assert.ThrowsAsync<RequestException>(() => RunAsync(text));

        Assert.Equal(message, error.Message);
        Assert.Empty(_cluster.Calls);
    }

    [Theory]
    [InlineData("threads aa01 2", "threads " + FakeCluster.First + " 2", "threads set: aa010000")]
    [InlineData("threads aa01 99", "threads " + FakeCluster.First + " 99",
        "threads set: aa010000\naa010000 has 2 CPUs: 99 threads take turns on them and hash no faster than 2")]
    [InlineData("bench aa02", "bench " + FakeCluster.Second + " 10", "aa020000: 500.0 H/s, rx/0 fast, 2 threads, 5000 hashes in 10.0 s")]
    [InlineData("pool add one:1 -u me --pass pw --tls-strict --rig-id r", "add one:1 me pw True r", "pool added: one:1")]
    [InlineData("pool remove one:1", "remove one:1", "pool removed: one:1")]
    [InlineData("pool switch one:1", "switch one:1", "pool preferred: one:1")]
    [InlineData("algo monero raptoreum", "algo RandomX GhostRider", "algorithms: rx/0")]
    [InlineData("algo rx/0 gr", "algo RandomX GhostRider", "algorithms: rx/0")]
    public async Task Command_Given_ReachesTheClusterAndIsConfirmed(string text, string call, string answer)
    {
        await RunAsync(text);

        Assert.Equal([call], _cluster.Calls);
        Assert.Equal(answer + "\n", _output.ToString());
        Assert.DoesNotContain("pw", _output.ToString());
    }

    [Fact]
    public void PoolAdd_PastedTexts_AreTrimmed()
    {
        var pool = RequestParser.Parse(
            ["pool", "add", " one:1\n", "-u", "\tme\r\n", "--pass", " p w \n", "--rig-id", " r ", "--socks5", " a:1\n",
                "--tls-fingerprint", " AA:0B\n"]).NewPool!;

        Assert.Equal(("one:1", "me", " p w ", "r", "a:1", "aa0b"), (pool.Url, pool.User, pool.Pass, pool.RigId, pool.Socks5, pool.TlsFingerprint));
        Assert.Equal("one:1", RequestParser.Parse(["pool", "remove", "one:1\n"]).PoolUrl);
    }

    [Theory]
    [InlineData("URL", "pool", "add", "o\nne:1", "-u", "me")]
    [InlineData("--user", "pool", "add", "one:1", "-u", "m\ne")]
    [InlineData("--pass", "pool", "add", "one:1", "-u", "me", "--pass", "hun\u0007ter2")]
    public void PoolAdd_ControlCharacterInside_IsRefusedByName(string name, params string[] args)
        => Assert.Equal($"{name}: the value has control or invisible characters", Assert.Throws<RequestException>(() => RequestParser.Parse(args)).Message);

    [Theory]
    [InlineData("bench aa02")]
    [InlineData("pool add one:1 -u me")]
    [InlineData("pool remove one:1")]
    [InlineData("pool switch one:1")]
    [InlineData("algo gr")]
    public async Task Command_ClusterRefuses_SaysWhyAndShowsNothingElse(string text)
    {
        _cluster.Refusal = "it cannot be";

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RunAsync(text));

        Assert.Equal(("it cannot be", ""), (refused.Message, _output.ToString()));
    }

    [Fact]
    public async Task Alert_Status_ShowsPlacesRulesAndWhatIsBad()
    {
        _cluster.Alerts = new()
        {
            Origin = new(UInt128.MaxValue),
            Sinks = [new() { Sink = "ntfy", Where = "ntfy.sh", Waiting = 3, Failure = "no answer" }, new() { Sink = "mail", Where = "/usr/bin/msmtp" }],
            Rules = [new() { Rule = "node-lost", IsOn = true, Text = "a node is missing for 3 min" }],
            Open = [new() { Rule = "node-lost", IsOpen = true, UnixMs = 1, Text = "node aa010000 is lost" }],
        };
        await RunAsync("alert");

        Assert.All(
            new[] { "node ffffffff", "ntfy.sh, 3 waiting; fails: no answer", "/usr/bin/msmtp", "node-lost", "missing for 3 min", "node aa010000 is lost" },
            word => Assert.Contains(word, _output.ToString()));
    }

    [Fact]
    public async Task Alert_NothingSet_SaysSo()
    {
        await RunAsync("alert");

        Assert.Contains("nobody", _output.ToString());
        Assert.StartsWith("no place to send alerts to is set", (await Assert.ThrowsAsync<RefusedException>(() => RunAsync("alert test"))).Message);
    }

    [Fact]
    public async Task AlertTest_OnePlaceFails_SaysWhyAndFails()
    {
        _cluster.Alerts = _cluster.Alerts with
        {
            Sinks = [new() { Sink = "ntfy", Where = "ntfy.sh" }, new() { Sink = "mail", Where = "/bin/false", Failure = "it ends with exit code 1" }],
        };

        Assert.Equal("1 of 2 did not take the message", (await Assert.ThrowsAsync<RefusedException>(() => RunAsync("alert test"))).Message);
        Assert.Equal("ntfy at ntfy.sh: taken\nmail at /bin/false: not taken: it ends with exit code 1\n", _output.ToString());
        _output.GetStringBuilder().Clear();
        await Assert.ThrowsAsync<RefusedException>(() => RunAsync("alert test --json"));
        Assert.Equal([true, false], JsonDocument.Parse(_output.ToString()).RootElement.EnumerateArray().Select(sink => sink.GetProperty("taken").GetBoolean()));
    }

    [Fact]
    public async Task Algo_WithoutAName_ShowsAndChangesNothing()
    {
        await RunAsync("algo --json");

        Assert.Empty(_cluster.Calls);
        Assert.Equal("rx/0", JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("algorithms")[0].GetString());
    }

    [Fact]
    public async Task Peers_OneSilentOneGone_TheOthersAreShownAllTheSame()
    {
        _cluster.SecondIsSilent = true;
        await RunAsync("peers");
        var text = _output.ToString();
        Assert.All(new[] { "aa010000", "mining", "no answer", "gone", "2 nodes, 123.5 H/s" }, word => Assert.Contains(word, text));

        _output.GetStringBuilder().Clear();
        await RunAsync("peers --json");
        var peers = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal(["mining", "unreachable", "gone"], peers.EnumerateArray().Select(peer => peer.GetProperty("state").GetString()));
        Assert.Equal(1, peers[1].GetProperty("work").GetProperty("accepted").GetInt64());
    }

    private Task RunAsync(string text) => ClusterConsole.RunAsync(RequestParser.Parse(Words(text)), _cluster, _output, screen: false);

    private Task<int> RunAsync(string[] args, TextWriter error)
        => P2PMiner.Client.Program.RunAsync(args, _output, error, screen: false, TextReader.Null, new Interrupts());

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
