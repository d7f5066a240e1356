using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>
/// The pools of a session and the algorithms offered to them, as configured and then changed by command. Plain state, one caller at a time.
/// </summary>
/// <param name="changes">How often the entries were changed by command before, in an earlier session.</param>
internal sealed class PoolList(IReadOnlyList<PoolEntry> entries, IReadOnlyList<Algorithm> algorithms, int changes = 0)
{
    private const int MaxPools = PoolSet.MaxPools;

    private List<PoolEndpoint> _pools = [.. PoolEndpoints.From(entries, algorithms)];
    private int _changes = changes;

    public IReadOnlyList<PoolEndpoint> Endpoints => [.. _pools];

    public IReadOnlyList<string> Urls => _pools.ConvertAll(pool => pool.Url.ToString());

    /// <summary>Preferred first.</summary>
    public IReadOnlyList<Algorithm> Algorithms { get; private set; } = algorithms;

    /// <summary>With what an earlier master, or a node with a configuration of its own, needs to go on from here.</summary>
    public PoolSet Share() => new() { Pools = _pools.ConvertAll(pool => pool.Entry.ToNewPool()), Changes = _changes };

    /// <summary>
    /// Takes the pools that another node knows, if there are none here or those were changed later. A pool that is in both keeps its entry.
    /// A leap of the count is refused: the owner's own changes would never count again.
    /// </summary>
    /// <returns>False: nothing has changed.</returns>
    public bool Adopt(PoolSet known)
    {
        if (IsLeap(known) || known.Pools.Count is 0 or > MaxPools || (_pools.Count > 0 && known.Changes <= _changes)
            || known.Pools.Any(pool => Wrong(pool) is not null))
        {
            return false;
        }

        _pools = [.. known.Pools.Select(
            pool => _pools.Find(mine => mine.Entry.ToNewPool() == pool) ?? PoolEndpoints.From([PoolEntry.Of(pool)], Algorithms)[0])];
        _changes = known.Changes;
        return true;
    }

    /// <summary>See <see cref="CounterLimit"/>; also a count below 0.</summary>
    public bool IsLeap(PoolSet known) => known.Changes < 0 || CounterLimit.IsLeap(known.Changes, _changes);

    /// <summary>Puts a pool at the end. Returns null, or why not, without any secret of it.</summary>
    public string? Add(NewPool pool)
    {
        if (_pools.Count == MaxPools)
        {
            return $"there are {MaxPools} pools already";
        }

        if (Wrong(pool) is { } wrong)
        {
            return wrong;
        }

        var endpoint = PoolEndpoints.From([PoolEntry.Of(pool)], Algorithms)[0];
        if (_pools.Exists(known => SameUrl(known.Url, endpoint.Url)))
        {
            return $"{endpoint.Url} is in the list already";
        }

        _pools.Add(endpoint);
        Count();
        return null;
    }

    public string? Remove(string url)
    {
        if (Find(url) is not { } pool)
        {
            return Unknown(url);
        }

        if (_pools.Count == 1)
        {
            return $"{pool.Url} is the only pool; add another first, or pause the nodes";
        }

        _pools.Remove(pool);
        Count();
        return null;
    }

    /// <summary>Puts a pool first.</summary>
    public string? Switch(string url)
    {
        if (Find(url) is not { } pool)
        {
            return Unknown(url);
        }

        _pools.Remove(pool);
        _pools.Insert(0, pool);
        Count();
        return null;
    }

    /// <param name="algorithms">One or more, each once.</param>
    public void Offer(IReadOnlyList<Algorithm> algorithms)
    {
        Algorithms = algorithms;
        _pools = _pools.ConvertAll(pool => pool with { Algorithms = algorithms });
    }

    /// <summary>At its limit the count stays: what a session tells is then kept as it comes.</summary>
    private void Count() => _changes = Math.Min(_changes, int.MaxValue - 1) + 1;

    private static string? Wrong(NewPool pool)
        => pool.FindFault() ?? PoolOptionsValidator.Check(PoolEntry.Of(pool)).FirstOrDefault();

    private PoolEndpoint? Find(string url)
    {
        var text = url.Length <= NewPool.MaxTextChars ? DaemonLogin.Split(url.Trim()).Url.TrimEnd('/') : "";
        return _pools.Find(pool => PoolUrl.TryParse(text, out var parsed, out _) && SameUrl(parsed, pool.Url))
            ?? _pools.Find(pool => text.Equals(pool.Url.Authority, StringComparison.OrdinalIgnoreCase));
    }

    private static bool SameUrl(PoolUrl one, PoolUrl other) => one.ToString().Equals(other.ToString(), StringComparison.OrdinalIgnoreCase);

    private string Unknown(string url)
        => $"no pool '{PoolText.Clean(DaemonLogin.Split(url).Url)}' here; there {(_pools.Count == 0 ? "is none" : $"{(_pools.Count == 1 ? "is" : "are")} {string.Join(", ", Urls)}")}";
}
