using P2PMiner.Security;
using P2PMiner.Silo.Setup;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>A machine in memory that a setup changes: files, the cluster key and two units. It can kill the setup at any step.</summary>
internal sealed class FakeSetup : ISetupStore, INodeKey, IServiceManager
{
    public sealed class KilledException : Exception;

    public Dictionary<string, string> Files { get; } = [];

    public Dictionary<string, UnixFileMode> Modes { get; } = [];

    public Dictionary<string, UnitState> UnitStates { get; } = new() { [Units.Tune] = default, [Units.Miner] = default };

    public string? KeyFile { get; set; }

    public ClusterKey? Member { get; set; }

    /// <summary>What was done, one word or two each.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Units that cannot be started.</summary>
    public HashSet<string> Broken { get; } = [];

    public string? Obstacle { get; set; }

    public string Folder => "/data";

    /// <summary>The change, counted from 0, at which the process is killed; null: none.</summary>
    public int? KillAt { get; set; }

    /// <summary>The kill comes when that change has been made, and not just before it.</summary>
    public bool KillAfter { get; set; }

    public int Changes { get; private set; }

    /// <summary>All that a setup could change.</summary>
    public string Whole => string.Join('\n',
    [
        .. Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key}: {file.Value} {ModeOf(file.Key)}"), $"key: {KeyFile}",
        .. UnitStates.OrderBy(unit => unit.Key, StringComparer.Ordinal).Select(unit => $"{unit.Key}: {unit.Value}"),
    ]);

    public string PathOf(string name) => $"/etc/p2p-miner/{name}";

    public byte[]? Read(string name) => Files.TryGetValue(name, out var text) ? Convert.FromBase64String(text) : null;

    public UnixFileMode? ModeOf(string name) => !Files.ContainsKey(name) ? null : Modes.GetValueOrDefault(name, UnixFileMode.UserRead);

    public void SetMode(string name, UnixFileMode mode) => Change($"mode {name}", () => Modes[name] = mode);

    public void Write(string name, byte[] content, bool isSecret) => Change($"write {name}", () =>
    {
        Files[name] = Convert.ToBase64String(content);
        Modes.Remove(name);
    });

    public void Remove(string name) => Change($"remove {name}", () => Files.Remove(name));

    public byte[]? Content() => KeyFile is null ? null : Convert.FromBase64String(KeyFile);

    public ClusterKey? Current() => Member;

    public string? Join(ClusterKey key)
    {
        var kept = KeyFile is null ? null : "/data/cluster-key.old";
        Change("join", () => (Member, KeyFile) = (key, Convert.ToBase64String(key.Derive("test", 8))));
        return kept;
    }

    public string? GiveBack(byte[]? content)
    {
        var former = content is null ? null : Convert.ToBase64String(content);
        if (former == KeyFile)
        {
            return null;
        }

        Change("key back", () => KeyFile = former);
        return "/data/cluster-key.undone";
    }

    public bool Has(string unit) => UnitStates.ContainsKey(unit);

    public UnitState State(string unit) => UnitStates[unit];

    public void Enable(string unit) => Change($"enable {unit}", () => UnitStates[unit] = UnitStates[unit] with { IsEnabled = true });

    public void Disable(string unit) => Change($"disable {unit}", () => UnitStates[unit] = UnitStates[unit] with { IsEnabled = false });

    public void Start(string unit)
    {
        if (Broken.Contains(unit))
        {
            throw new SetupException($"systemctl start {unit}: Job failed");
        }

        Change($"start {unit}", () => UnitStates[unit] = UnitStates[unit] with { IsActive = true });
    }

    public void Restart(string unit) => Change($"restart {unit}", () => UnitStates[unit] = UnitStates[unit] with { IsActive = true });

    public void Stop(string unit) => Change($"stop {unit}", () => UnitStates[unit] = UnitStates[unit] with { IsActive = false });

    private void Change(string what, Action change)
    {
        var isLast = Changes++ == KillAt;
        if (isLast && !KillAfter)
        {
            throw new KilledException();
        }

        change();
        Log.Add(what);
        if (isLast)
        {
            throw new KilledException();
        }
    }
}
