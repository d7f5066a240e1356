using System.Globalization;
using Microsoft.Extensions.Options;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Native;
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

    /// <summary>What the running node knows of itself; null: none runs, or this is another process.</summary>
    public LiveNode? Live { get; init; }

    /// <summary>CPUs that this process may use.</summary>
    public int Cpus { get; init; } = Environment.ProcessorCount;

    /// <summary>User id that this process acts as; 0 is root.</summary>
    public uint User { get; init; }

    public ThisProgram Commands { get; init; } = ThisProgram.Installed;

    /// <summary>p2p-miner-tune.service; null: there is no systemd.</summary>
    public ServiceState? TuneService { get; init; }

    /// <summary>--config, if it was given.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>What sets huge pages, registers and governor; by the service, where there is one, so that it lasts.</summary>
    public string Tune => TuneService is not { IsInstalled: true } ? $"sudo {Commands.Miner} tune apply"
        : TuneService.Active == "active" ? "sudo systemctl restart p2p-miner-tune"
        : "sudo systemctl enable --now p2p-miner-tune";

    /// <summary>The same examination with more rights.</summary>
    public string DoctorAsRoot
        => $"sudo {Commands.Miner} doctor{Option("--config", ConfigFile)}{Option("--data", Node.Data is null ? null : DataFolder)}";

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

    /// <summary>A command of p2p-console that reaches this node when it is pasted here.</summary>
    public string ConsoleCommand(string words)
    {
        var isService = DataFolder == ServiceCheck.DataFolder;
        var gateway = Node.GetGatewayPort() is var port and not 9998 ? string.Create(CultureInfo.InvariantCulture, $" --gateway 127.0.0.1:{port}") : "";
        var data = isService || DataFolder is null || DataFolder == Security.DataFolder.Default() ? "" : $" --data {DataFolderCheck.Quoted(DataFolder)}";
        return $"{(isService ? "sudo " : "")}{Commands.Console} {words}{gateway}{data}";
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
        User = Security.Libc.ActingUser,
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
