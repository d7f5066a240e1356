using System.Globalization;
using Microsoft.Extensions.Options;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Doctor;

/// <summary>What the checks look at: a machine by its file tree, the settings of its node, and the node itself if it runs.</summary>
internal sealed record Examination
{
    /// <summary>Of the file tree; "/" outside tests.</summary>
    public string Root { get; init; } = "/";

    public NodeOptions Node { get; init; } = new();

    public PoolOptions Pool { get; init; } = new();

    public HashEngineOptions Hashing { get; init; } = new();

    public MembershipOptions Membership { get; init; } = new();

    public DiscoveryOptions Discovery { get; init; } = new();

    public OutputOptions Output { get; init; } = new();

    /// <summary>Full path; null: the user has no home, and none is given.</summary>
    public string? DataFolder { get; init; }

    /// <summary>A node runs with this data folder.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether one does cannot be told: this user may not look into the folder.</summary>
    public bool MayRun { get; init; }

    /// <summary>What that node left in its data folder; null: none runs, or it is of a version that leaves nothing.</summary>
    public NodeNote? Note { get; init; }

    /// <summary>Other nodes of this machine, as far as this user sees them.</summary>
    public IReadOnlyList<NodeProcess> Others { get; init; } = [];

    /// <summary>Settings files that are there, but not for this user to read.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>What the running node knows of itself; null: none runs, or this is another process.</summary>
    public LiveNode? Live { get; init; }

    /// <summary>CPUs that this process may use.</summary>
    public int Cpus { get; init; } = Environment.ProcessorCount;

    /// <summary>User id that this process acts as; 0 is root.</summary>
    public uint User { get; init; }

    public ThisProgram Commands { get; init; } = ThisProgram.Installed;

    /// <summary>p2p-miner-tune.service; null: there is no systemd.</summary>
    public ServiceState? TuneService { get; init; }

    /// <summary>p2p-miner.service; null: there is no systemd.</summary>
    public ServiceState? Service { get; init; }

    /// <summary>--config, if it was given.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>What sets huge pages, registers and governor; by the service, where there is one, so that it lasts.</summary>
    public string Tune => TuneService is not { IsInstalled: true } ? $"sudo {Commands.Miner} tune apply"
        : TuneService.Active == "active" ? "sudo systemctl restart p2p-miner-tune"
        : "sudo systemctl enable --now p2p-miner-tune";

    /// <summary>The same examination with more rights; of a folder that root would not look at by itself, too.</summary>
    public string DoctorAsRoot
        => $"sudo {Commands.Miner} doctor{Option("--config", ConfigFile)}{Option("--data", Node.Data is null && !IsUnknown ? null : DataFolder)}";

    /// <summary>The service runs, and is not what is examined.</summary>
    public bool IsBesideService => Service is { Active: "active" } && DataFolder != ServiceCheck.DataFolder;

    /// <summary>Another node than the examined one has memory of this machine, so one that starts gets less.</summary>
    public bool IsBesideAnother => IsBesideService || Others.Count > 0;

    public Algorithm Algorithm => Node.GetAlgorithm();

    public bool IsRandomX => Algorithm != Algorithm.GhostRider;

    /// <summary>Nobody can say what memory and threads this node has or would have: it runs, and does not answer.</summary>
    public bool IsUnknown => IsRunning && Live is null;

    public CpuCaches Caches => CpuCaches.Read(Root);

    /// <summary>Hashing threads in use, or that would be.</summary>
    public int Threads => Live is { Engine.Threads: > 0 and var threads } ? threads
        : Hashing.Threads ?? ThreadCount.Auto(Algorithm, Cpus, Caches.L3Bytes);

    /// <exception cref="HashEngineException">Too little memory for GhostRider.</exception>
    public MemoryForecast Forecast() => MemoryForecast.Make(Algorithm, Hashing, Threads, Caches, HostMemory.Read(Root));

    /// <summary>Huge pages that there are, and that there should be.</summary>
    /// <returns>Null: too little memory to begin at all.</returns>
    public HugePagePlan? Pages()
    {
        try
        {
            return HugePagePlan.Make(Algorithm, Hashing, Cpus, Root);
        }
        catch (HashEngineException)
        {
            return null;
        }
    }

    /// <summary>The TCP ports of the node, each with what it is for: as the running one noted them, else by the settings.</summary>
    public IEnumerable<(int Number, string What)> Ports()
    {
        var note = Note;
        yield return (note?.Port ?? Node.Port, "between nodes");
        yield return (note?.GatewayPort ?? Node.GetGatewayPort(), "for p2p-console");
        if ((note?.TablePort ?? Membership.GetPort(Node.Port)) is var table and > 0)
        {
            yield return (table, "for the table of nodes");
        }

        if ((note?.HttpPort ?? Node.HttpPort) is var http and > 0)
        {
            yield return (http, "for the web page");
        }
    }

    /// <summary>A command of p2p-console that reaches this node when it is pasted here; it finds the ports by itself.</summary>
    public string ConsoleCommand(string words)
    {
        var isService = DataFolder == ServiceCheck.DataFolder;
        var data = isService || DataFolder == P2PMiner.Security.DataFolder.Default() ? "" : Option("--data", DataFolder);
        return $"{(isService ? "sudo " : "")}{Commands.Console} {words}{data}";
    }

    public string? Read(string path) => MachineText.Read(Root, path);

    /// <param name="options">With the options of all rooms.</param>
    public static Examination Of(IServiceProvider options, string? dataFolder) => new()
    {
        Node = Value<NodeOptions>(options),
        Pool = Value<PoolOptions>(options),
        Hashing = Value<HashEngineOptions>(options),
        Membership = Value<MembershipOptions>(options),
        Discovery = Value<DiscoveryOptions>(options),
        Output = Value<OutputOptions>(options),
        DataFolder = dataFolder,
        User = Libc.ActingUser,
    };

    /// <summary>"2.3 GB", "512 MB"</summary>
    public static string Size(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MB");

    /// <summary>"1 thread", "2 threads"</summary>
    public static string Count(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");

    private static string Option(string name, string? path) => path is null ? "" : $" {name} {DataFolderCheck.Quoted(path)}";

    private static T Value<T>(IServiceProvider options) where T : class => options.GetRequiredService<IOptions<T>>().Value;
}
