using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Setup;

/// <summary>
/// What the settings file is to hold, begun with what it holds. A value that is in effect already is not written, so that one of another file goes on to come
/// from there.
/// </summary>
internal sealed class SettingsDraft(PresentSetup present)
{
    public const string AlgorithmKey = $"{NodeOptions.Section}:{nameof(NodeOptions.Algorithm)}";

    private const string Pools = "Pool:Pools:";
    private const string PracticeKey = "Pool:Practice";

    private readonly Dictionary<string, string> _settings = new(present.Own, StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, string> Settings => _settings;

    public bool HasChanged => _settings.Count != present.Own.Count || _settings.Any(pair => present.Own.GetValueOrDefault(pair.Key) != pair.Value);

    /// <summary>What is mined.</summary>
    public Algorithm Algorithm => Read(Now(AlgorithmKey));

    public string Coin => CoinOf(Algorithm);

    /// <summary>That of the pools and wallets before the setup, which are of no use for what is mined now; null: they are, or there are none.</summary>
    public string? FormerCoin
        => CoinOf(Read(present.InEffect.GetValueOrDefault(AlgorithmKey))) is var former && former != Coin && EntriesOf(PoolsBefore()).Count > 0
            ? former : null;

    public static bool IsOfPool(string key) => key.StartsWith(Pools, StringComparison.OrdinalIgnoreCase);

    /// <summary>The key of a pool's setting.</summary>
    /// <param name="index">From 0.</param>
    public static string OfPool(int index, string name) => FormattableString.Invariant($"{Pools}{index}:{name}");

    /// <summary>What every URL's key has before the name of the setting: Pool:Pools:0: and so on, in order.</summary>
    public static IReadOnlyList<string> EntriesOf(IReadOnlyDictionary<string, string> pools)
        => [.. Enumerable.Range(0, pools.Count).Select(index => OfPool(index, "")).Where(entry => pools.ContainsKey(entry + nameof(PoolEntry.Url)))];

    /// <summary>What will be in effect; null: the default.</summary>
    public string? Now(string key) => _settings.GetValueOrDefault(key) ?? present.InEffect.GetValueOrDefault(key);

    /// <returns>False: it was so before.</returns>
    public bool Set(string key, string value)
    {
        if (string.Equals(Now(key), value, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        _settings[key] = value;
        return true;
    }

    private static Algorithm Read(string? name)
        => AlgorithmNames.TryParseTyped(name ?? new NodeOptions().Algorithm, out var algorithm) ? algorithm : Algorithm.RandomX;

    /// <summary>RandomX version 2 counts as Monero: a pool may serve both versions to the same wallet.</summary>
    private static string CoinOf(Algorithm algorithm) => algorithm == Algorithm.GhostRider ? "Raptoreum" : "Monero";

    /// <summary>The settings of the pools that are in effect before the setup; a copy.</summary>
    public Dictionary<string, string> PoolsBefore()
        => present.InEffect.Where(pair => IsOfPool(pair.Key)).ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Puts these pools in place of all others.</summary>
    public void ReplacePools(IReadOnlyDictionary<string, string> pools)
    {
        foreach (var key in _settings.Keys.Where(IsOfPool).ToList())
        {
            _settings.Remove(key);
        }

        foreach (var (key, value) in pools)
        {
            _settings[key] = value;
        }

        if (bool.TrueString.Equals(Now(PracticeKey), StringComparison.OrdinalIgnoreCase))
        {
            // Whoever names a pool wants to mine there.
            Set(PracticeKey, "false");
        }
    }
}
