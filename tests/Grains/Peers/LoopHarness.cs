using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Datasets;
using P2PMiner.Grains.Datasets;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Peers;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Peers;

/// <summary>
/// A mining loop alone, on one thread, whose engine, job grain and time do what the test says. It has two threads, for which it has three
/// slices out.
/// </summary>
internal sealed class LoopHarness : IDisposable
{
    public const int SlicesWanted = 3;

    /// <summary>Slice of a thread whose rate is not known yet.</summary>
    public const ulong FirstSlice = 4;

    private readonly Turns _turns = new();

    public LoopHarness(NodeControl? control = null, IDatasetHostGrain? datasetHost = null)
    {
        (Control, Shares) = (control ?? new(), new(Clock));
        var host = new HostProfile(new(1), Capabilities);
        var remote = new RemoteHasher(_ => datasetHost ?? throw new NotSupportedException(), Engine, host.Node, Clock, Log);
        var ledger = new SearchLedger(Options.Create(new LedgerOptions()), Clock);
        Loop = new(host, Control, Engine, new OwnThreads(Engine, Engine, Epoch, Clock, Log), remote, ledger, Shares, Clock, Log);
    }

    public FakeTimeProvider Clock { get; } = new();

    public HeldEngine Engine { get; } = new();

    public FakeJobs Jobs { get; private set; } = new();

    public RecordingLogger Log { get; } = new();

    public NodeControl Control { get; }

    public ShareTally Shares { get; }

    public SliceEpoch Epoch { get; } = new();

    public MiningLoop Loop { get; }

    public PeerStatus Status => Loop.GetStatus();

    public PeerState State => Status.State;

    private static PeerCapabilities Capabilities => new()
    {
        HostName = "host", Cpu = "cpu", Cores = 2, Threads = 2, L2Bytes = 1, L3Bytes = 1,
        RamTotalBytes = 1, RamUsableBytes = 1, Isa = [], Version = "1",
    };

    public static WorkUnit Unit(
        ulong generation, byte seed = 1, ulong? lease = null, ulong count = 1 << 20, Algorithm algorithm = Algorithm.RandomX) => new()
        {
            Generation = generation,
            LeaseId = lease ?? generation,
            JobSerial = generation,
            Algorithm = algorithm,
            Seed = algorithm == Algorithm.GhostRider ? Seed.None : SeedOf(seed),
            Blob = [.. new byte[80]],
            NonceOffset = 39,
            ExtraNonce = 7,
            Range = new((uint)(generation << 20), count),
            Target = Target.Easiest,
        };

    public static Seed SeedOf(byte seed) => Seed.FromBytes([seed]);

    /// <summary>What came of a step that has to have ended.</summary>
    public static T Of<T>(Task<T>? ended)
    {
        Assert.True(ended!.IsCompletedSuccessfully, $"{ended.Status} {ended.Exception}");
        return ended.Result;
    }

    /// <summary>Joins a session whose job grain has the unit for whoever asks.</summary>
    public FakeJobs Join(string session = "a", WorkUnit? unit = null)
    {
        Jobs = new() { Unit = unit };
        Do(loop => loop.JoinAsync(session, Jobs));
        return Jobs;
    }

    /// <summary>The job grain, or who says so, sends work of the present session; the job grain has it for whoever asks.</summary>
    public void Assign(WorkUnit unit)
    {
        Jobs.Unit = unit;
        Tell(unit);
    }

    /// <summary>Somebody sends work of which the job grain knows nothing.</summary>
    public void Tell(WorkUnit? unit, ulong? generation = null)
        => Do(loop => loop.Assign(loop.Session!, unit, generation ?? unit!.Generation));

    public void Tick() => Do(loop => loop.TickAsync());

    public void Advance(TimeSpan time)
    {
        Clock.Advance(time);
        _turns.Run();
    }

    public void Do(Action<MiningLoop> step)
    {
        step(Loop);
        _turns.Run();
    }

    /// <summary>A step that has to end by itself.</summary>
    public void Do(Func<MiningLoop, Task> step)
    {
        var task = step(Loop);
        _turns.Run();
        Assert.True(task.IsCompletedSuccessfully, $"{task.Status} {task.Exception}");
    }

    /// <summary>Something at the engine or the job grain, and what follows from it.</summary>
    public void Do(Action step)
    {
        step();
        _turns.Run();
    }

    /// <summary>Of what was hashed, by lease; signs of life are left out.</summary>
    public Dictionary<ulong, ulong> Reported() => Jobs.Reports.Where(report => report.LeaseId > 0).GroupBy(report => report.LeaseId)
        .ToDictionary(lease => lease.Key, lease => lease.Aggregate(0UL, (sum, report) => sum + report.HashesDone));

    public void Dispose() => _turns.Dispose();
}
