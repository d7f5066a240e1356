using P2PMiner.Hashing;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Pool;

/// <summary>The pools of a session and what they are offered, as configured and then changed by command. Plain state, one caller at a time.</summary>
internal sealed class PoolList(IReadOnlyList<PoolEntry> entries, IReadOnlyList<Algorithm> algorithms)
{
    private const int MaxPools = 64;
    private const int MaxTextLength = 512;

    private List<PoolEndpoint> _pools = [.. PoolEndpoints.From(entries, algorithms)];

    public IReadOnlyList<PoolEndpoint> Endpoints => [.. _pools];

    public IReadOnlyList<string> Urls => _pools.ConvertAll(pool => pool.Url.ToString());

    /// <summary>Preferred first.</summary>
    public IReadOnlyList<Algorithm> Algorithms { get; private set; } = algorithms;

    /// <summary>Puts a pool at the end. Returns why not, or null; never a secret of it.</summary>
    public string? Add(NewPool pool)
    {
        string?[] texts = [pool.Url, pool.User, pool.Pass, pool.RigId, pool.TlsFingerprint, pool.Socks5];
        if (texts.Any(text => text?.Length > MaxTextLength) || _pools.Count == MaxPools)
        {
            return _pools.Count == MaxPools ? $"there are {MaxPools} pools already" : $"a setting of the pool is longer than {MaxTextLength} letters";
        }

        var entry = new PoolEntry
        {
            Url = pool.Url ?? "",
            User = pool.User ?? "",
            Pass = pool.Pass ?? "x",
            RigId = pool.RigId,
            TlsFingerprint = pool.TlsFingerprint,
            TlsStrict = pool.TlsStrict,
            Socks5 = pool.Socks5,
            NiceHash = pool.NiceHash,
            KeepAlive = pool.KeepAlive,
        };
        if (PoolOptionsValidator.Check(entry).FirstOrDefault() is { } wrong)
        {
            return wrong;
        }

        var endpoint = PoolEndpoints.From([entry], Algorithms)[0];
        if (_pools.Exists(known => SameUrl(known.Url, endpoint.Url)))
        {
            return $"{endpoint.Url} is there already";
        }

        _pools.Add(endpoint);
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
        return null;
    }

    /// <param name="algorithms">One or more, each once.</param>
    public void Offer(IReadOnlyList<Algorithm> algorithms)
    {
        Algorithms = algorithms;
        _pools = _pools.ConvertAll(pool => pool with { Algorithms = algorithms });
    }

    private PoolEndpoint? Find(string url)
    {
        var text = url.Length <= MaxTextLength ? url.Trim().TrimEnd('/') : "";
        return _pools.Find(pool => PoolUrl.TryParse(text, out var parsed, out _) && SameUrl(parsed, pool.Url))
            ?? _pools.Find(pool => text.Equals(pool.Url.Authority, StringComparison.OrdinalIgnoreCase));
    }

    private static bool SameUrl(PoolUrl one, PoolUrl other) => one.ToString().Equals(other.ToString(), StringComparison.OrdinalIgnoreCase);

    private string Unknown(string url)
        => $"no pool '{PoolText.Clean(url)}' here; there {(_pools.Count == 0 ? "is none" : $"{(_pools.Count == 1 ? "is" : "are")} {string.Join(", ", Urls)}")}";
}
