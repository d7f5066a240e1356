using System.Net;
using P2PMiner.Doctor;
using P2PMiner.Grains.Pool;
using P2PMiner.Peers;
using P2PMiner.Pools.Connections;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Tests.MachineTuning;

namespace P2PMiner.Silo.Tests.Doctor;

/// <summary>Each check of files, ports, clocks, pools and the service: good, bad, unreadable.</summary>
public sealed class SafetyChecksTests : IDisposable
{
    private const string Monero = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder = Private | UnixFileMode.UserExecute;

    private readonly MadeUpMachine _machine = new();

    private Examination Given => Checks.Of(_machine);

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(1000, Folder, FindingSeverity.Ok, "is for its owner alone", null)]
    [InlineData(1000, Folder | UnixFileMode.GroupWrite, FindingSeverity.CostsSafety, "other users can change what is in it", "chmod -R go-rwx /home/me/p2p")]
    [InlineData(54321, Folder, FindingSeverity.CostsSafety, "belongs to user 54321", "sudo chown -R 1000 /home/me/p2p")]
    public void DataFolder_ByOwnerAndMode(uint owner, UnixFileMode mode, FindingSeverity severity, string text, string? mend)
        => Assert.Single(DataFolderCheck.Examine(Given, "/home/me/p2p", new(FileKind.Folder, owner, mode, 2, 0), [])).Is(severity, text, mend);

    [Fact]
    public void DataFolder_KeyThatOthersRead_TellsToRenewIt()
        => Assert.Single(DataFolderCheck.Examine(Given, "/home/me/p2p", new(FileKind.Folder, 1000, Folder, 2, 0),
            [("cluster-key", new(FileKind.Plain, 1000, Private | UnixFileMode.OtherRead, 1, 60)), ("node-id", new(FileKind.Plain, 1000, Private, 1, 33))]))
            .Is(FindingSeverity.CostsSafety, "give the cluster a new key", "chmod 600 /home/me/p2p/cluster-key");

    [Fact]
    public void DataFolder_OfTheServiceSeenByRoot_IsItsUsersAffair()
        => Assert.Single(DataFolderCheck.Examine(Given with { User = 0 }, "/var/lib/p2p-miner", new(FileKind.Folder, 998, Folder, 2, 0), []))
            .Is(FindingSeverity.Ok, "for its owner alone");

    [Fact]
    public void DataFolder_NotThereYet_IsFine()
        => Assert.Single(DataFolderCheck.Examine(Given with { DataFolder = Path.Combine(_machine.Root, "none") })).Is(FindingSeverity.Ok, "does not exist yet");

    [Fact]
    public void SettingsFile_WithAPasswordThatOthersRead_CostsSafety()
    {
        var open = new FileFacts(FileKind.Plain, 0, Private | UnixFileMode.OtherRead, 1, 9);

        Assert.Single(SettingsFileCheck.Examine(Given, [("/etc/p2p-miner/orleans.json", true, open)]))
            .Is(FindingSeverity.CostsSafety, "every user of this machine can read it", "sudo chmod o-r /etc/p2p-miner/orleans.json");
        Assert.Single(SettingsFileCheck.Examine(Given, [("/a", false, open)])).Is(FindingSeverity.Ok, "only its owner can change it");
        Assert.Single(SettingsFileCheck.Examine(Given, [("/a", false, open with { Mode = Private | UnixFileMode.GroupWrite })]))
            .Is(FindingSeverity.CostsSafety, "Other users can change /a", "sudo chmod go-w /a");
        Assert.Single(SettingsFileCheck.Examine(Given, [("/a", false, open with { Owner = 7 })]))
            .Is(FindingSeverity.CostsSafety, "belongs to another user", "sudo chown root /a");
        Assert.Single(SettingsFileCheck.Examine(Given, [("/a", true, null)])).Is(FindingSeverity.Ok, "/a: only its owner can change it, and no secret is open");
        Assert.Single(SettingsFileCheck.Examine(Given, [("/a", true, null), ("/b", false, null)])).Is(FindingSeverity.Ok, "/a, /b: only their owners can");
    }

    [Fact]
    public void SettingsFiles_Read_FindPasswordsButNotTheUsualX()
    {
        var secret = Path.Combine(_machine.Root, "secret.json");
        var plain = Path.Combine(_machine.Root, "plain.json");
        File.WriteAllText(secret, """{ "Pool": { "Pools": [ { "Url": "h:1", "User": "me", "Pass": "word" } ] } }""");
        File.WriteAllText(plain, """{ "Pool": { "Pools": [ { "Url": "h:1", "User": "me", "Pass": "x" } ] } }""");

        var read = SettingsFiles.Read([secret, plain, Path.Combine(_machine.Root, "missing.json")]);

        Assert.Equal([(secret, true), (plain, false)], read.Select(file => (file.Path, file.HoldsSecret)));
        Assert.All(read, file => Assert.Equal(FileKind.Plain, file.Facts!.Value.Kind));
    }

    [Theory]
    [InlineData("pool.example:1", "rx", "M", FindingSeverity.Ok, "a Monero address without a typing error")]
    [InlineData("pool.example:1", "rx", "M+5000", FindingSeverity.Ok, "a Monero address without a typing error")]
    [InlineData("pool.example:1", "rx", "m", FindingSeverity.CostsSafety, "it has a typing error")]
    [InlineData("pool.example:1", "rx", "someone@mail.example", FindingSeverity.Note, "is no Monero address")]
    [InlineData("pool.example:1", "rx", "WALLET", FindingSeverity.CostsSafety, "is the word of an example")]
    [InlineData("pool.example:1", "gr", "<your address>.rig", FindingSeverity.CostsSafety, "is the word of an example")]
    [InlineData("stratum+ssl://rx.unmineable.com:443", "rx", "XMR:YOUR_ADDRESS.attic", FindingSeverity.CostsSafety, "is the word of an example")]
    [InlineData("daemon+http://127.0.0.1:1", "rx", "someone", FindingSeverity.CostsSafety, "is no valid Monero address")]
    [InlineData("pool.example:1", "gr", "RSUk8oSUwgLE8rLWm1pUUPZZNYnMBQ7dMP.rig", FindingSeverity.CostsSafety, "is no valid Raptoreum address")]
    [InlineData("pool.example:1", "gr", "M", FindingSeverity.Note, "is no Raptoreum address")]
    [InlineData("stratum+ssl://rx.unmineable.com:443", "rx", "SHIB:0x0123456789abcdef.worker#ab12-cd34", FindingSeverity.Ok, "COIN:ADDRESS")]
    [InlineData("stratum+ssl://rx.unmineable.com:443", "gr", "XMR:M.worker", FindingSeverity.Ok, "COIN:ADDRESS")]
    [InlineData("stratum+ssl://rx.unmineable.com:443", "gr", "xmr:m.worker", FindingSeverity.CostsSafety, "is no valid Monero address: it has a typing error")]
    [InlineData("stratum+ssl://rx.unmineable.com:443", "rx", "XMR:notanaddress", FindingSeverity.CostsSafety, "is no valid Monero address")]
    [InlineData("stratum+ssl://rx.unmineable.com:443", "rx", "RTM:RSUk8oSUwgLE8rLWm1pUUPZZNYnMBQ7dMP", FindingSeverity.CostsSafety, "is no valid Raptoreum address")]
    [InlineData("stratum+ssl://rx.unmineable.com:443", "rx", "0x0123456789abcdef", FindingSeverity.CostsSafety, "has not the form COIN:ADDRESS")]
    public void Wallet_ByPoolAndCoin(string url, string algorithm, string user, FindingSeverity severity, string text)
    {
        NativeLibrary.Require();
        user = user switch { "M" => Monero, "M+5000" => Monero + "+5000", "m" => Monero[..^1] + "B", _ => user.Replace("XMR:M", $"XMR:{Monero}").Replace("xmr:m", $"xmr:{Monero[..^1]}B") };
        var given = Given with { Node = new() { Algorithm = algorithm == "gr" ? "gr" : "randomx" }, Pool = Pools(url, user) };

        var finding = Assert.Single(WalletCheck.Examine(given));

        finding.Is(severity, text);
        Assert.DoesNotContain(user, finding.Text);
    }

    [Theory]
    [InlineData(50L << 30, FindingSeverity.Ok, "50.0 GB are free for the data folder in /a")]
    [InlineData(500L << 20, FindingSeverity.Note, "500 MB are free")]
    [InlineData(5L << 20, FindingSeverity.CostsSafety, "5 MB are free")]
    [InlineData(null, FindingSeverity.Note, "could not be read")]
    public void Disk_ByRoom(long? bytes, FindingSeverity severity, string text) => Assert.Single(DiskCheck.Examine([("data folder", "/a", bytes)]))
        .Is(severity, text);

    [Fact]
    public void Disk_OfThisMachine_CanBeRead()
    {
        var read = DiskCheck.Read(Given with
        {
            DataFolder = Path.Combine(_machine.Root, "not", "there"),
            Output = new() { LogFile = Path.Combine(_machine.Root, "log") }
        }).ToList();

        Assert.Equal(["data folder", "log"], read.Select(folder => folder.What));
        Assert.All(read, folder => Assert.True(folder.FreeBytes > 0));
    }

    [Theory]
    [InlineData(null, FindingSeverity.Ok, "no systemd", null)]
    [InlineData("not-found inactive ", FindingSeverity.Ok, "No service is installed", null)]
    [InlineData("loaded failed enabled", FindingSeverity.CostsSpeed, "The service failed", "sudo systemctl restart p2p-miner")]
    [InlineData("loaded active enabled", FindingSeverity.Note, "The service runs with /var/lib/p2p-miner, and this looked at /home/me/p2p",
        "sudo p2p-miner doctor")]
    [InlineData("loaded active enabled", FindingSeverity.Note, "Members of the group p2p-miner may also ask it by p2p-console doctor.",
        "sudo p2p-miner doctor")]
    [InlineData("loaded inactive enabled", FindingSeverity.Note, "does not run", "sudo systemctl start p2p-miner")]
    public void Service_ByState(string? state, FindingSeverity severity, string text, string? mend)
        => Assert.Single(ServiceCheck.Examine(Given with { Service = state is null ? null : State(state) })).Is(severity, text, mend);

    [Fact]
    public void Service_ThatDoesNotStartWithTheMachine_IsANote()
    {
        var given = Given with { DataFolder = ServiceCheck.DataFolder, IsRunning = true };

        Assert.Single(ServiceCheck.Examine(given with { Service = State("loaded active disabled") }))
            .Is(FindingSeverity.Note, "does not start with the machine", "sudo systemctl enable p2p-miner");
        Assert.Single(ServiceCheck.Examine(given with { Service = State("loaded active enabled") })).Is(FindingSeverity.Ok, "The service is active");
    }

    [Fact]
    public void Service_ThatDoesNotRunBesideANode_IsNotToBeStartedToo()
        => Assert.Single(ServiceCheck.Examine(Given with { IsRunning = true, Service = State("loaded inactive enabled") }))
            .Is(FindingSeverity.Note, "does not run");

    [Fact]
    public void ServiceState_Parse_TakesTheOutputOfSystemctl()
        => Assert.Equal(new ServiceState("loaded", "active", "disabled"), ServiceState.Parse("LoadState=loaded\nActiveState=active\nUnitFileState=disabled\n"));

    [Fact]
    public void Clock_FarFromAnother_CostsSafety()
    {
        var other = new NodeId(UInt128.MaxValue);

        Assert.Single(ClockCheck.Examine(true, [])).Is(FindingSeverity.Ok, "NTP");
        Assert.Single(ClockCheck.Examine(null, [])).Is(FindingSeverity.Note, "could not be read");
        Assert.Single(ClockCheck.Examine(false, [(other, TimeSpan.Zero)])).Is(FindingSeverity.Note, "Nothing keeps the clock", "sudo timedatectl set-ntp true");
        Assert.Single(ClockCheck.Examine(null, [(other, TimeSpan.FromSeconds(1))])).Is(FindingSeverity.Ok, "1 other node agree");
        Assert.Single(ClockCheck.Examine(true, [(other, TimeSpan.FromSeconds(-200))]))
            .Is(FindingSeverity.CostsSafety, "ffffffff is 200 s behind", "sudo timedatectl set-ntp true");
        Assert.Single(ClockCheck.Examine(true, [(other, TimeSpan.FromSeconds(20))])).Is(FindingSeverity.Note, "20 s ahead of", "sudo timedatectl set-ntp true");
    }

    [Fact]
    public void Ports_OfARunningNode_AreOpen()
    {
        var given = Given.Running();

        Assert.Single(PortsCheck.Examine(given, new HashSet<int> { 8080, 9997, 9998, 9999 }))
            .Is(FindingSeverity.Ok, "TCP ports 8080, 9997, 9998, 9999 are open");
        Assert.Single(PortsCheck.Examine(given, new HashSet<int> { 8080, 9997, 9999 }))
            .Is(FindingSeverity.Note, "TCP port 9998 (for p2p-console) is not open");
    }

    [Fact]
    public void Ports_OfARunningNode_AreThoseThatItNoted()
    {
        var given = Given with { IsRunning = true, Note = Checks.Note };

        Assert.Single(PortsCheck.Examine(given, new HashSet<int> { 7997, 7998, 7999 })).Is(FindingSeverity.Ok, "TCP ports 7997, 7998, 7999 are open");
        Assert.Single(PortsCheck.Examine(given, new HashSet<int> { 9997, 9998, 9999 })).Is(FindingSeverity.Note, "are not open: it is starting.");
    }

    [Fact]
    public void Ports_TakenByAnotherNodeOfOurs_AreNoFault()
        => Assert.Single(PortsCheck.Examine(Given with { Others = [new(7, "/tmp/x")] }, new HashSet<int> { 9999 }))
            .Is(FindingSeverity.Note, "TCP port 9999 (between nodes) is in use while another node runs");

    [Fact]
    public void Ports_OfANodeThatDoesNotRun_AreFree()
    {
        HashSet<int> taken = [9998, 9999];

        Assert.Single(PortsCheck.Examine(Given, new HashSet<int> { 22 })).Is(FindingSeverity.Ok, "TCP ports 8080, 9997, 9998, 9999 are free");
        Assert.Single(PortsCheck.Examine(Given, taken))
            .Is(FindingSeverity.CostsSpeed, "TCP ports 9998 (for p2p-console), 9999 (between nodes) are taken", "sudo ss -ltnp 'sport = :9998'");
        Assert.Single(PortsCheck.Examine(Given with { Service = State("loaded active enabled") }, taken))
            .Is(FindingSeverity.Ok, "are in use while the service runs");
        Assert.Single(PortsCheck.Examine(Given with { MayRun = true }, taken))
            .Is(FindingSeverity.Note, "which this user cannot tell", "sudo p2p-miner doctor");
        Assert.Single(PortsCheck.Examine(Given, null)).Is(FindingSeverity.Note, "could not be read");
    }

    [Fact]
    public void ListeningPorts_Read_AreThoseInStateListen()
    {
        Assert.Null(ListeningPorts.Read(_machine.Root));

        _machine.With("/proc/net/tcp",
            "  sl  local_address rem_address   st\n   0: 0100007F:270F 00000000:0000 0A 0:0\n   1: 0100007F:1F90 0100007F:9999 01 0:0")
            .With("/proc/net/tcp6", "  sl  local_address\n   0: 00000000000000000000000000000000:270E 00000000000000000000000000000000:0000 0A 0:0\n nonsense");

        Assert.Equal([9998, 9999], ListeningPorts.Read(_machine.Root)!.Order());
    }

    [Fact]
    public void Peers_PortsThatDoNotAnswer_NameNodeAndFirewall()
    {
        var closed = new PeerReach(new(UInt128.MaxValue), IPAddress.Parse("10.0.0.5"), [(9999, "no answer"), (9997, "no answer")]);

        Assert.Single(PeersCheck.Examine(Given.Running(), [closed, closed with { Failures = [] }], []))
            .Is(FindingSeverity.CostsSpeed, "Node ffffffff at 10.0.0.5 is heard, but not reached at TCP 9997, 9999 (no answer)",
                "sudo ufw allow 9997:9999/tcp");
        Assert.Single(PeersCheck.Examine(Given.Running(), [closed with { Failures = [] }], [])).Is(FindingSeverity.Ok, "1 other node can be reached");
        Assert.Single(PeersCheck.Examine(Given.Running(), [], [])).Is(FindingSeverity.Ok, "works alone");
        Assert.Single(PeersCheck.Examine(Given, [], [])).Is(FindingSeverity.Note, "No node runs with this data folder");
        Assert.Single(PeersCheck.Examine(Given with { IsRunning = true }, [], [])).Is(FindingSeverity.Note, "did not answer");
        Assert.Single(PeersCheck.Examine(Given, [], [("far:9999", "no answer")]))
            .Is(FindingSeverity.CostsSpeed, "far:9999 of --connect cannot be reached: no answer");
    }

    [Theory]
    [InlineData(nameof(BeaconRejection.SameNodeId), FindingSeverity.CostsSafety, "has the id of this node", "rm /home/me/p2p/node-id")]
    [InlineData(nameof(BeaconRejection.ClockWindow), FindingSeverity.CostsSafety, "more than five minutes", "sudo timedatectl set-ntp true")]
    [InlineData(nameof(BeaconRejection.ForeignCluster), FindingSeverity.Note, "another cluster key", "p2p-console invite --data /home/me/p2p")]
    [InlineData(nameof(BeaconRejection.Version), FindingSeverity.CostsSpeed, "does not understand", null)]
    public void Peers_BeaconsThatWereRefused_AreExplained(string reason, FindingSeverity severity, string text, string? mend)
        => Assert.Single(PeersCheck.Examine(Given.Running(refused: end => end.ToString() == reason ? 3 : 0), [], [])).Is(severity, text, mend);

    [Fact]
    public void Pool_ThatCannotBeReached_CostsSpeedIfItIsTheFirst()
    {
        Assert.Single(PoolCheck.Examine(Given, [])).Is(FindingSeverity.Note, "No pool is set here", "sudo p2p-miner setup");
        Assert.Single(PoolCheck.Examine(Given.Running(), [])).Is(FindingSeverity.Ok, "mines on those of the cluster");
        Assert.Single(PoolCheck.Examine(Given with { IsRunning = true }, [])).Is(FindingSeverity.Note, "Only the running node knows its pools");
        Assert.Single(PoolCheck.Examine(Given with { Unread = ["/etc/p2p-miner/setup.json"] }, []))
            .Is(FindingSeverity.Note, "Which the service has is not for this user to read: /etc/p2p-miner/setup.json.", "sudo p2p-miner doctor");
        Assert.Single(PoolCheck.Examine(Given with { Service = State("loaded active enabled") }, []))
            .Is(FindingSeverity.Note, "other nodes of this machine have settings of their own");
        Assert.Single(PoolCheck.Examine(Given with { Node = new() { Mode = NodeMode.Worker } }, [])).Is(FindingSeverity.Ok, "worker");
        Assert.Single(PoolCheck.Examine(Given with { Pool = new() { Practice = true } }, [])).Is(FindingSeverity.Note, "earn nothing");
        Assert.Single(PoolCheck.Examine(Given.Running() with { Pool = new() { Practice = true } }, [])).Is(FindingSeverity.Ok, "nothing to reach");
        Assert.Equal([FindingSeverity.CostsSpeed, FindingSeverity.Ok], PoolCheck.Examine(Given, [("a:1", "no answer"), ("b:1", null)])
            .Select(finding => finding.Severity));
        Assert.Equal([FindingSeverity.Ok, FindingSeverity.Note], PoolCheck.Examine(Given, [("a:1", null), ("b:1", "no answer")])
            .Select(finding => finding.Severity));
    }

    [Fact]
    public async Task Pool_Read_ConnectsAndShowsNoPasswordOfTheProxy()
    {
        var port = TestKit.FreePorts.Take();
        var given = Given with { Pool = Pools($"127.0.0.1:{port}", "me", socks: $"me:secret@127.0.0.1:{port}") };

        var (where, why) = Assert.Single(await PoolCheck.ReadAsync(given, CancellationToken.None));

        Assert.Equal(($"127.0.0.1:{port} by the proxy 127.0.0.1:{port}", "refused: nothing listens there"), (where, why));
    }

    [Fact]
    public void Versions_ThatDiffer_AreNamed()
    {
        Assert.Single(VersionsCheck.Examine("1.0", [(new(1), "1.0")], "1.0")).Is(FindingSeverity.Ok, "All 2 nodes run p2p-miner 1.0");
        Assert.Single(VersionsCheck.Examine("1.0", [], "1.0")).Is(FindingSeverity.Ok, "This is p2p-miner 1.0");
        Assert.Single(VersionsCheck.Examine("1.0", [(new(UInt128.MaxValue), "0.9")], "1.0")).Is(FindingSeverity.Note, "node ffffffff runs 0.9");
        VersionsCheck.Examine("1.0", [], "1.1").First()
            .Is(FindingSeverity.Note, "The node that runs is p2p-miner 1.0, and this program is 1.1: start the node again");
    }

    private static PoolOptions Pools(string url, string user, string? socks = null)
        => new() { Pools = [new PoolEntry { Url = url, User = user, Socks5 = socks }] };

    private static ServiceState State(string words) => words.Split(' ') is [var load, var active, var file] ? new(load, active, file)
        : throw new ArgumentException(words, nameof(words));
}
