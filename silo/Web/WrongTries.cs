using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Silo.Web;

/// <summary>
/// Counts wrong tokens for each source address. The right one always passes: a user who shares an address with an attacker (a proxy, a
/// household) must not be locked out. So this does not prevent guessing, it reports who guesses; what protects a token is its length.
/// Thread-safe.
/// </summary>
internal sealed class WrongTries(TimeProvider clock)
{
    /// <summary>After this many wrong ones in a <see cref="Window"/>, further ones in it are too many.</summary>
    public const int Most = 5;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Beyond this many sources, the rest share one entry.</summary>
    private const int MaxSources = 1024;

    private readonly Dictionary<IPAddress, Source> _sources = [];

    /// <param name="right">The outcome of the comparison, which takes equally long whatever it is.</param>
    public TryOutcome Judge(IPAddress? source, WebRight right)
    {
        if (right != WebRight.None)
        {
            return new(right, TimeSpan.Zero, false);
        }

        lock (_sources)
        {
            var now = clock.GetUtcNow();
            var name = Name(source, now);
            var known = _sources.GetValueOrDefault(name);
            if (known is not null && now >= known.End)
            {
                _sources.Remove(name);
                known = null;
            }

            if (known is { Wrong: >= Most })
            {
                return new(WebRight.None, known.End - now, false);
            }

            known ??= _sources[name] = new(now + Window);
            known.Wrong++;
            return new(WebRight.None, TimeSpan.Zero, known.Wrong == Most);
        }
    }

    private IPAddress Name(IPAddress? source, DateTimeOffset now)
    {
        var name = Prefix(source ?? IPAddress.None);
        if (_sources.ContainsKey(name) || _sources.Count < MaxSources)
        {
            return name;
        }

        foreach (var old in _sources.Where(entry => now >= entry.Value.End).Select(entry => entry.Key).ToArray())
        {
            _sources.Remove(old);
        }

        return _sources.Count < MaxSources ? name : IPAddress.Any;
    }

    /// <summary>With IPv6 a single machine has 2^64 addresses: they count as one.</summary>
    private static IPAddress Prefix(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }

    private sealed class Source(DateTimeOffset end)
    {
        public DateTimeOffset End => end;

        public int Wrong { get; set; }
    }
}
