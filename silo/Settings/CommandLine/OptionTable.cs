using P2PMiner.Hashing;
using P2PMiner.Peers;
using static P2PMiner.Silo.Settings.CommandLine.OptionEntry;
using static P2PMiner.Silo.Settings.CommandLine.OptionValues;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Every option of the program, in the order and groups of the help.</summary>
internal sealed class OptionTable
{
    /// <summary>Of --dry-run.</summary>
    public const string All = "all";

    // Both as HashEngineOptions has them.
    private const int MinRamMegabytes = 2;
    private const int MaxRamMegabytes = 16 * 1024 * 1024;

    public OptionEntry Pool { get; } = Value("--pool", "-o", "URL", "Url", PoolUrlText,
        "HOST:PORT, stratum+ssl://HOST:PORT for TLS, or daemon+http://HOST:PORT for solo mining. The port is needed. Repeat it for failover: the first is "
        + "preferred. Replaces the pools of the configuration.", OptionUse.PerPool);

    public OptionEntry User { get; } = Value("--user", "-u", "NAME", "User", Text, "Wallet address, or what the pool calls the user.", OptionUse.PerPool);

    public OptionEntry Practice { get; } = Flag("--practice", null, "Pool:Practice",
        "Mine against the built-in practice pool on this machine: no account, no network.");

    public OptionEntry Algo { get; } = Value("--algo", "-a", "NAME", "Node:Algorithm", Algorithm,
        "randomx (also rx/0 or monero), rx/2 (RandomX version 2) or ghostrider (also gr or raptoreum). Default randomx.") with
    { Words = AlgorithmNames.Typed };

    public OptionEntry RandomXMode { get; } = Choice("--randomx-mode", null, "MODE", "Hashing:RandomXMode",
        "fast (2.3 GB, full speed), partial (300 MB to 2.3 GB: the more, the faster), light (256 MB, slow) or auto: the best of them that fits. Default auto.",
        "auto", "fast", "partial", "light");

    public OptionEntry Bench { get; } = Value("--bench", null, "N", null, BenchTarget,
        "RandomX: hash N nonces of the standard benchmark (1K, 10K, 20K, 250K, 500K, 1M, 10M), compare the checksum, and exit. "
        + "gr instead of N: GhostRider, over 40 previous block hashes, with the speed of each CryptoNight variant; gr-quick: a shorter run.") with
    { Words = BenchTargets };

    public OptionEntry Mode { get; } = Choice("--mode", "-m", "MODE", "Node:Mode",
        "The nodes elect one master, which talks to the pool: one in mode master if there is any, otherwise one in mode auto, never a worker. Default auto.",
        "auto", "master", "worker");

    public OptionEntry Threads { get; } = Value("--threads", "-t", "N", "Hashing:Threads", NumberOrAuto("a number of threads", 1, PeerCapabilities.MaxThreads),
        "Hashing threads. Default auto: by cores, for RandomX also by L3 cache.") with
    { Words = ["auto"] };

    public OptionEntry Ram { get; } = Value("--ram", "-r", "MB", "Hashing:RamMegabytes", NumberOrAuto("a number of megabytes", MinRamMegabytes, MaxRamMegabytes),
        "Memory that hashing may use. RandomX: at least 256; below 2.4 GB this node holds part of the dataset, and uses a dataset host where that is faster. GhostRider: at most 40 MB "
        + "a thread, at least 2 MB. Default auto: what is free.") with
    { Words = ["auto"] };

    public OptionEntry NoGiantPages { get; } = Flag("--no-1gb-pages", null, "Hashing:GiantPages",
        "Do not use 1 GB pages. Default: a RandomX dataset uses those that the system has reserved, if any.", "false");

    public OptionEntry NoNuma { get; } = Flag("--no-numa", null, "Hashing:Numa",
        "Ignore NUMA nodes. Default: where there are several, each gets a copy of the dataset if memory allows, and the hashing threads are bound to "
        + "them in turn.", "false");

    public OptionEntry Config { get; } = Value("--config", null, FileName, null, OptionValues.Path,
        "Settings file to read, and no other. Default: orleans.json and setup.json in their usual places, which p2p-miner --help names.");

    public OptionEntry DryRun { get; } = FlagOrWord("--dry-run", All, "Check all settings, print without secrets those that matter or differ from their defaults, or all of them, and exit.");

    public OptionEntry Data { get; } = Value("--data", null, FolderName, "Node:Data", OptionValues.Path,
        "Folder for what the node stores: its id and the cluster key. Default $XDG_DATA_HOME/p2p-miner or ~/.local/share/p2p-miner; for root /var/lib/p2p-miner.");

    public OptionEntry Help { get; } = Flag("--help", "-h", null, "Show this help and exit.");
    public OptionEntry Version { get; } = Flag("--version", null, null, "Show the version and exit.");

    /// <summary>For the hash command only, like the next one.</summary>
    public OptionEntry Seed { get; } = Value("--seed", null, "HEX", null, SeedHex, "The RandomX seed, 2 to 120 hex digits. Required for RandomX.");

    public OptionEntry HashMode { get; } = Choice("--randomx-mode", null, "MODE", null,
        "light starts at once; fast makes the whole dataset first, which pays for thousands of inputs. Default auto, which is light here.", "auto", "fast", "light");

    /// <summary>For join only.</summary>
    public OptionEntry Replace { get; } = Flag("--replace", null, null, "Replace the existing key by the token's; the old one is kept aside.");

    /// <summary>For tune only, like the next two.</summary>
    public OptionEntry NoMsr { get; } = Flag("--no-msr", null, "Tuning:Msr", "Leave the registers of the processor as they are.", "false");

    public OptionEntry NoPages { get; } = Flag("--no-huge-pages", null, "Tuning:HugePages", "Set no huge pages aside.", "false");

    public OptionEntry NoGovernor { get; } = Flag("--no-governor", null, "Tuning:Governor", "Leave the clock speed of the processor as it is.", "false");

    /// <summary>For setup only, like all up to <see cref="Undo"/>.</summary>
    public OptionEntry JoinTokenFile { get; } = Value("--join-token-file", null, FileName, null, OptionValues.FileOrInput,
        "Join the cluster whose token, or the line that p2p-console invite prints, is in this file; - reads it from standard input. The token is a secret, so there is no option for itself.");

    public OptionEntry PassFile { get; } = Value("--pass-file", null, FileName, null, OptionValues.FileOrInput,
        "The pool's password is the first line of this file; - reads it from standard input. Default x.");

    public IReadOnlyDictionary<SetupOffer, OptionEntry> SetupOffers { get; } = new Dictionary<SetupOffer, OptionEntry>
    {
        [SetupOffer.HugePages] = Choice("--huge-pages", null, "ANSWER", null, "Set memory aside as huge pages. An offer that has no answer is not taken up.", "yes", "no"),
        [SetupOffer.Registers] = Choice("--msr", null, "ANSWER", null, "Set registers of the processor for hashing.", "yes", "no"),
        [SetupOffer.Governor] = Choice("--governor", null, "ANSWER", null, "Let the processor run at full clock speed.", "yes", "no"),
        [SetupOffer.Service] = Choice("--service", null, "ANSWER", null, "Start the service, now and at each boot; restart it where it runs.", "yes", "no"),
    };

    public OptionEntry Yes { get; } = Flag("--yes", null, null, "Yes to all of these four that are possible here and have no answer of their own, and do not ask before the end.");

    public OptionEntry Undo { get; } = Flag("--undo", null, null, "Give back what the last setup changed.");

    public OptionEntry SetupConfig { get; } = Value("--config", null, FileName, null, OptionValues.Path,
        "Write this settings file, for p2p-miner --config FILE. Default: /etc/p2p-miner/setup.json for root, ~/.config/p2p-miner/setup.json for other users; beside the program if it was built "
        + "here.");

    /// <summary>For doctor only.</summary>
    public OptionEntry Json { get; } = Flag("--json", null, null, "Print JSON for scripts.");

    public IReadOnlyList<(string Title, IReadOnlyList<OptionEntry> Options)> Groups { get; }

    public IReadOnlyList<OptionEntry> HashOptions { get; }

    /// <summary>For cluster init.</summary>
    public IReadOnlyList<OptionEntry> InitOptions { get; }

    public IReadOnlyList<OptionEntry> JoinOptions { get; }

    /// <summary>For tune apply and status: what to leave out, and what decides how many huge pages the miner likes.</summary>
    public IReadOnlyList<OptionEntry> TuneOptions { get; }

    public IReadOnlyList<OptionEntry> SetupOptions { get; }

    /// <summary>Those of mining, so that it looks at what they would give.</summary>
    public IReadOnlyList<OptionEntry> DoctorOptions { get; }

    public OptionTable()
    {
        Groups =
        [
            ("Where to mine",
            [
                Pool,
                User,
                Password("--pass", "TEXT", "Pass",
                    "Password for the pool. Command-line arguments are visible in the process list; to keep it private, set P2P_POOL__POOLS__0__PASS in the "
                    + "environment, or use the configuration. Default x.", OptionUse.PerPool),
                Value("--rig-id", null, "TEXT", "RigId", Text, "Name of this rig in the pool's statistics.", OptionUse.PerPool),
                Value("--tls-fingerprint", null, "HEX", "TlsFingerprint", Fingerprint,
                    "Accept only the pool certificate with this SHA-256.", OptionUse.PerPool),
                Switch("--tls-strict", "TlsStrict", "Accept a pool certificate only if the system trusts it."),
                Value("--socks5", null, "HOST:PORT", "Socks5", Proxy,
                    "Reach the pool through this SOCKS5 proxy, which also resolves its name; also USER:PASS@HOST:PORT, taken as written, with any @ and : in PASS.",
                    OptionUse.PerPool),
                Password("--rpc-login", "USER:PASS", "RpcLogin",
                    "The --rpc-login of a daemon; also daemon+http://USER:PASS@HOST:PORT. As visible to others as --pass; to keep it private, set P2P_POOL__POOLS__0__RPCLOGIN "
                    + "in the environment, or use the configuration.", OptionUse.PerPool),
                Switch("--nicehash", "NiceHash", "Leave the last nonce byte to the pool."),
                Switch("--keepalive", "KeepAlive", "Send a keepalive after each minute of silence."),
                Practice,
            ]),
            ("Hashing",
            [
                Algo,
                Threads,
                Ram,
                RandomXMode,
                Value("--cpu-affinity", null, "LIST", "Hashing:CpuAffinity", CpuList, "CPUs for the hashing threads, such as 0-3,8. Default: any."),
                Flag("--no-huge-pages", null, "Hashing:HugePages", "Use ordinary memory pages only.", "false"),
                NoGiantPages,
                NoNuma,
                Flag("--no-tune", null, "Hashing:Tune",
                    "Guess how many hashes a thread should compute at once. Default: measure it before the first job, for about 10 s with GhostRider or 5 s with RandomX in fast mode, and "
                    + "keep the result in the data folder.",
                    "false"),
                Bench,
            ]),
            ("This node",
            [
                Mode,
                Value("--connect", "-c", "HOST:PORT", "Node:Connect", HostsAndPorts,
                    "One or more nodes, separated by commas, to contact directly: a worker uses TCP, for networks that block UDP; other nodes use UDP, "
                    + "for nodes that broadcasts do not reach. Not in mode master."),
                Flag("--dataset-host", "-d", "Node:DatasetHost", "Be the first choice to hash for nodes with too little memory, on the cores that --threads leaves idle. Default: the node with the most memory and idle cores."),
                Value("--port", "-p", "PORT", "Node:Port", Port,
                    "Port between the nodes; the next two below it are for p2p-console and for the membership table. Default 9999."),
                Value("--gateway-port", null, "PORT", "Node:GatewayPort", Port, "Port for p2p-console. Default: the one below --port, 9998."),
                Value("--http-port", null, "PORT", "Node:HttpPort", PortOrAny, "Port for the web page; 0 takes a free one. Default 8080."),
                Value("--http-bind", null, "IP", "Web:Bind", Address,
                    "Address that the web page listens on. Default 127.0.0.1: this machine only. One that others can reach needs a token, "
                    + "which has no option because command-line arguments are visible in the process list: P2P_WEB__TOKEN in the environment, or Web:Token in the configuration."),
                Value("--bind", null, "IP", "Node:Bind", Address, "Address to be reached at. Default 0.0.0.0, all networks; 127.0.0.1 for this machine only."),
                Data,
            ]),
            ("Output and settings",
            [
                Value("--print-time", null, "S", "Output:PrintTime", Number("a number of seconds", 0, 86_400),
                    "Seconds between speed lines; 0 prints none. Default 60."),
                Value("--log-file", null, FileName, "Output:LogFile", OptionValues.Path, "Also write all lines to this file, a new one each day."),
                Config, DryRun, Version, Help,
            ]),
        ];
        HashOptions = [Algo, Seed, HashMode, Help];
        InitOptions = [Data, Help];
        TuneOptions = [NoMsr, NoPages, NoGovernor, Algo, Threads, Ram, RandomXMode, NoGiantPages, NoNuma, Config, Help];
        JoinOptions = [Replace, Data, Help];
        // A secret is read from a file here: what setup is given stays.
        var ofPools = MineOptions.Where(entry => entry.Use is OptionUse.PerPool or OptionUse.PerPoolFlag && !entry.IsSecret);
        SetupOptions = [.. ofPools, PassFile, JoinTokenFile, Replace, Algo, Mode, Data, .. SetupOffers.Values, Yes, Undo, SetupConfig, Help];
        DoctorOptions = [Json, .. MineOptions.Except([DryRun, Bench])];
    }

    public IEnumerable<OptionEntry> MineOptions => Groups.SelectMany(group => group.Options);
}
