using System.Net;
using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.Service;
using P2PMiner.Silo.Tests.MachineTuning;

namespace P2PMiner.Silo.Tests.Doctor;

/// <summary>What is said of a node that runs is its own word; of one that does not, what this user can know.</summary>
public sealed class MiningCheckTests : IDisposable
{
    private static readonly PoolStatus Connected = new() { State = PoolState.Connected, Pool = "pool.example:443" };

    private static readonly NodeStanding Mining = new(
        Checks.Engine with { Rates = new() { Current = new(1234.5) } }, Connected, IsMaster: true, IsPaused: false, TimeSpan.FromHours(1));

    private readonly MadeUpMachine _machine = new();

    private Examination Given => Checks.Of(_machine);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Mining_OnAPool_IsFine()
        => Of(Given.Running(Mining)).Is(FindingSeverity.Ok, "Mining at 1234.5 H/s on pool.example:443, master.");

    [Fact]
    public void Mining_OnThePracticePool_EarnsNothing()
        => Of(Given.Running(Mining) with { Pool = new() { Practice = true } })
            .Is(FindingSeverity.Note, "Mining at 1234.5 H/s on pool.example:443, master. Shares of the practice pool earn nothing.");

    [Fact]
    public void Mining_ForAMaster_NamesIt()
    {
        var master = new Master(new(UInt128.MaxValue), 1, new(IPAddress.Loopback, 1), IsSelf: false);

        Of(Given.Running(Mining with { IsMaster = false }, master: master))
            .Is(FindingSeverity.Ok, "Mining at 1234.5 H/s on pool.example:443, worker. The master, node ffffffff, deals out its work.");
    }

    [Fact]
    public void Paused_TellsHowToGoOn()
        => Of(Given.Running(Mining with { IsPaused = true })).Is(FindingSeverity.Note, "Paused.", "p2p-console resume 00000000 --data /home/me/p2p");

    [Fact]
    public void Preparing_IsFine()
        => Of(Given.Running(Mining with { Engine = Checks.Engine with { Algorithm = Algorithm.RandomX, DatasetProgress = 0.4 } }))
            .Is(FindingSeverity.Ok, "Preparing: dataset 40%.");

    [Fact]
    public void NoPool_CostsSpeedOnceTheNodeHadTimeToFindOne()
    {
        var idle = Mining with { Engine = Checks.Engine, Pool = new() { State = PoolState.None } };

        Of(Given.Running(idle)).Is(FindingSeverity.CostsSpeed, "Waiting for a pool: none is configured, master.", "p2p-miner setup");
        Of(Given.Running(idle) with { DataFolder = ServiceCheck.DataFolder }).Is(FindingSeverity.CostsSpeed, "Waiting for a pool", "sudo p2p-miner setup");
        Of(Given.Running(idle with { Uptime = TimeSpan.FromSeconds(1) })).Is(FindingSeverity.Note, "Waiting for a pool");
    }

    [Fact]
    public void NoMaster_CostsSpeed()
        => Of(Given.Running(Mining with { Engine = Checks.Engine, Pool = null, IsMaster = null })).Is(FindingSeverity.CostsSpeed, "Waiting for a master.");

    [Fact]
    public void ConnectedAndNotHashingYet_IsANote()
        => Of(Given.Running(Mining with { Engine = Checks.Engine })).Is(FindingSeverity.Note, "Connected to pool.example:443, not hashing yet, master.");

    [Fact]
    public void NodeThatDoesNotAnswer_IsNotGuessedAt() => Assert.Empty(MiningCheck.Examine(Given with { IsRunning = true }));

    [Fact]
    public void FolderThatThisUserMayNotLookInto_IsNotGuessedAt()
        => Of(Given with { MayRun = true, Node = new() { Data = "p2p" } })
            .Is(FindingSeverity.Note, "Whether a node runs with /home/me/p2p is not known", "sudo p2p-miner doctor --data /home/me/p2p");

    [Fact]
    public void None_NamesTheNodesThatRunElsewhere()
    {
        Of(Given).Is(FindingSeverity.Note, "No node runs with /home/me/p2p: nothing is mined here now");
        Of(Given with { Others = [new(7, "/tmp/x y")] })
            .Is(FindingSeverity.Note, "No node runs with /home/me/p2p. One runs with /tmp/x y.", "p2p-miner doctor --data '/tmp/x y'");
        Of(Given with { Others = [new(7, "/a"), new(8, "/b")] }).Is(FindingSeverity.Note, "2 run with /a and /b.", "p2p-miner doctor --data /a");
        Of(Given with { Others = [new(7, null)] }).Is(FindingSeverity.Note, "process 7 is p2p-miner, of another user.", "sudo p2p-miner doctor");
        Of(Given with { Others = [new(7, null)], Service = new("loaded", "active", "enabled") })
            .Is(FindingSeverity.Note, "No node runs with /home/me/p2p; the service of this machine runs.");
    }

    [Fact]
    public void Join_ARunningNodesWord_TakesThePlaceOfWhatThisProcessMadeOfIt()
    {
        List<Finding> own = [Found.Note(PoolCheck.Name, "mine."), Found.Ok(SettingsFileCheck.Name, "a is fine."), Found.Ok(RegistersCheck.Name, "read.")];
        List<Finding> ofNode =
        [
            Found.Ok(MiningCheck.Name, "mining."), Found.Ok(PoolCheck.Name, "its."), Found.Safety(SettingsFileCheck.Name, "b is open."),
            Found.Note(RegistersCheck.Name, "not read."),
        ];

        Assert.Equal(["b is open.", "read.", "mining.", "its."], Examiner.Join(own, ofNode).Select(finding => finding.Text));
        Assert.Equal(["read.", "a is fine."], Examiner.Join(own, []).Select(finding => finding.Text));
    }

    private static Finding Of(Examination given) => Assert.Single(MiningCheck.Examine(given));
}
