using System.Runtime.InteropServices;
using P2PMiner.Benchmarks;
using P2PMiner.Hashing;
using P2PMiner.Native;

// Measures what docs/dev/benchmarks.md records. Both sides of every comparison run in turn, in one run, under the same conditions; what counts is the ratio of
// their medians.
const string Help = """
    usage: benchmarks [NAME [ARGUMENT...]]; without a name: all of them in turn
      path [fast|partial|light] [ROUNDS] [SECONDS]   one host: the whole path against the bare native loop, and a new job to its threads
      fanout [SWITCHES] [KEY=VALUE...]       three node processes: a new job from the pool to all their threads
      swarm [PEERS] [SECONDS]                one job grain and a thousand peers: jobs, leases and reports a second, bytes for each
      seed-change [MODE] [ROUNDS] [MB]       RandomX: seconds without hashes at a new seed, by what of its dataset was made ahead
      history [NODES] [DAYS]                 the file of a master's history: its size, reading it, and what a minute costs
      gr [OPTION...]                         GhostRider: what p2p-miner --bench gr measures, with its options, then gr-switch
      gr-switch                              GhostRider: from a new job to the end of what was under way
      randomx [OPTION...]                    RandomX: our engine beside librandomx, some twenty minutes; --help says what makes it shorter
    """;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var name = args.FirstOrDefault("all");
var rest = args.Skip(1).ToArray();
try
{
    switch (name)
    {
        case "all":
            Machine();
            return await PathBenchmark.RunAsync([], stop.Token) | await FanOutBenchmark.RunAsync([], stop.Token) | await SwarmBenchmark.RunAsync([], stop.Token)
                | await SeedChangeBenchmark.RunAsync([], stop.Token) | await GhostRiderBenchmark.RunAsync([], stop.Token)
                | await HistoryBenchmark.RunAsync([], stop.Token) | await RandomXBenchmark.RunAsync([], stop.Token);
        case "path":
            Machine();
            return await PathBenchmark.RunAsync(rest, stop.Token);
        case "fanout":
            Machine();
            return await FanOutBenchmark.RunAsync(rest, stop.Token);
        case "swarm":
            Machine();
            return await SwarmBenchmark.RunAsync(rest, stop.Token);
        case SeedChangeBenchmark.Name:
            Machine();
            return await SeedChangeBenchmark.RunAsync(rest, stop.Token);
        case HistoryBenchmark.Name:
            return await HistoryBenchmark.RunAsync(rest, stop.Token);
        case "gr":
            return await GhostRiderBenchmark.RunAsync(rest, stop.Token);
        case "gr-switch":
            await GhostRiderBenchmark.SwitchesAsync(300, stop.Token);
            return 0;
        case "randomx":
            return await RandomXBenchmark.RunAsync(rest, stop.Token);
        // Child processes of those above.
        case FanOutNode.Name:
            return await FanOutNode.RunAsync(rest);
        case SwarmPeers.Name:
            return await SwarmPeers.RunAsync(rest);
        case "-h" or "--help" or "help":
            Console.WriteLine(Help);
            return 0;
        default:
            Console.Error.WriteLine($"benchmarks: there is none named '{name}'\n{Help}");
            return 2;
    }
}
catch (FormatException error)
{
    Console.Error.WriteLine($"benchmarks {name}: {error.Message}\n{Help}");
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("benchmarks: stopped before the end");
    return 1;
}

// Ctrl-C reaches child processes too, which do nothing then: this one ends them, and removes their folders.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

static void Machine()
{
    var machine = HostCapabilities.Detect(Algorithm.RandomX, new());
    Console.WriteLine($"{machine.Cpu}, {machine.Cores} cores, L2 {machine.L2Bytes >> 20} MB, L3 {machine.L3Bytes >> 20} MB; "
        + $"load of the last minute {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
}
