using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.Service;
using P2PMiner.Silo.Tests.MachineTuning;

namespace P2PMiner.Silo.Tests.Doctor;

/// <summary>What the tests of checks have in common: machines and nodes made up.</summary>
internal static class Checks
{
    public const string Tune = "sudo p2p-miner tune apply";

    public static readonly NodeId Node = new(7);

    public static NodeNote Note { get; } = new()
    {
        Process = 4711, Started = 1, Version = "1.0", Address = "127.0.0.1", Port = 7999, GatewayPort = 7998, TablePort = 7997, HttpPort = 0,
    };

    public static Examination Of(MadeUpMachine machine, int cpus = 4) => new() { Root = machine.Root, Cpus = cpus, User = 1000, DataFolder = "/home/me/p2p" };

    public static EngineStatus Engine { get; } = new()
    {
        Threads = 4, Algorithm = Algorithm.RandomX, DatasetMode = DatasetMode.Fast, DatasetProgress = 1, MemoryBytes = 2100L << 20, HugePages = 1050,
        HugePagesWanted = 1050,
        Rates = new(),
    };

    public static Examination Running(this Examination given, EngineStatus? engine = null, Func<BeaconRejection, long>? refused = null)
        => given.Running(new NodeStanding(engine ?? Engine, null, null, IsPaused: false, TimeSpan.FromHours(1)), refused);

    public static Examination Running(this Examination given, NodeStanding standing, Func<BeaconRejection, long>? refused = null, Master? master = null)
        => given with { IsRunning = true, Live = new(Node, standing, MasterView.Initial with { Master = master }, refused ?? (_ => 0)) };

    public static void Is(this Finding finding, FindingSeverity severity, string part, string? mend = null)
    {
        Assert.Contains(part, finding.Text);
        Assert.Equal((severity, mend), (finding.Severity, finding.Mend));
        Assert.EndsWith(".", finding.Text);
    }
}
