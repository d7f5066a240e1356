using System.Net;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// Scores addresses by what they did wrong and bans the worst for a while. An IPv6 address counts as its whole /64, because one person can
/// use all of that. Not thread-safe.
/// </summary>
internal sealed class BanList(int banScore, TimeSpan banTime, TimeProvider clock)
{
    private const int MaxEntries = 10_000;

    private readonly Dictionary<IPAddress, Entry> _entries = [];

    public bool IsBanned(IPAddress address) =>
        _entries.TryGetValue(Key(address), out var entry) && entry.Banned && clock.GetElapsedTime(entry.Touched) < banTime;

    /// <summary>Adds to the score, or subtracts from it for something good. True if that banned the address.</summary>
    public bool Add(IPAddress address, int score)
    {
        var key = Key(address);
        var known = _entries.TryGetValue(key, out var entry) && clock.GetElapsedTime(entry.Touched) < banTime;
        var total = (known ? entry.Score : 0) + score;
        if (total <= 0)
        {
            _entries.Remove(key);
            return false;
        }

        if (!known && _entries.Count >= MaxEntries)
        {
            MakeRoom();
        }

        var bans = total >= banScore && !(known && entry.Banned);
        _entries[key] = new(total, total >= banScore, clock.GetTimestamp());
        return bans;
    }

    private void MakeRoom()
    {
        foreach (var (key, _) in _entries.Where(pair => !pair.Value.Banned || clock.GetElapsedTime(pair.Value.Touched) >= banTime).ToList())
        {
            _entries.Remove(key);
        }

        // All of them banned: a flood from more addresses than we remember. The oldest bans have lasted longest.
        foreach (var (key, _) in _entries.OrderBy(pair => pair.Value.Touched).Take(Math.Max(0, _entries.Count - MaxEntries / 2)).ToList())
        {
            _entries.Remove(key);
        }
    }

    private static IPAddress Key(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return bytes.Length == 16 ? new IPAddress([.. bytes.AsSpan(0, 8), 0, 0, 0, 0, 0, 0, 0, 0]) : address;
    }

    private readonly record struct Entry(int Score, bool Banned, long Touched);
}
