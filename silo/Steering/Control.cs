namespace P2PMiner.Silo.Steering;

/// <summary>One thing that can be asked for, by POST to its path.</summary>
/// <param name="Name">The words of the console, with / between them.</param>
/// <param name="Fields">What its form may have besides the fields of every form.</param>
internal sealed record Control(string Name, params string[] Fields)
{
    public const string Root = "/steer";

    public static readonly Control Pause = new("pause", "node");
    public static readonly Control Resume = new("resume", "node");
    public static readonly Control Drain = new("drain", "node");
    public static readonly Control Threads = new("threads", "node", "threads");
    public static readonly Control Quarantine = new("quarantine", "node");
    public static readonly Control Release = new("release", "node");
    public static readonly Control PoolSwitch = new("pool/switch", "url");
    public static readonly Control PoolRemove = new("pool/remove", "url");
    public static readonly Control PoolAdd = new(
        "pool/add", "url", "user", "pass", "rig-id", "tls-fingerprint", "tls-strict", "socks5", "rpc-login", "nicehash", "keepalive");
    public static readonly Control Invite = new("invite");

    public static IReadOnlyList<Control> All { get; } = [Pause, Resume, Drain, Threads, Quarantine, Release, PoolAdd, PoolSwitch, PoolRemove, Invite];

    public string Path => $"{Root}/{Name}";
}
