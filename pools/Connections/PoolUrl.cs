using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace P2PMiner.Pools.Connections;

/// <summary>How a pool is spoken to.</summary>
internal enum PoolScheme
{
    StratumTcp,
    StratumTls,
    DaemonHttp,
    DaemonHttps,
}

/// <summary>A pool's address, read from its URL.</summary>
internal sealed record PoolUrl(PoolScheme Scheme, string Host, int Port)
{
    /// <summary>
    /// Reads host:port or scheme://host:port; without a scheme stratum+tcp is meant. The port is required. An IPv6 host is written in brackets.
    /// </summary>
    /// <param name="error">What is wrong and what is expected, naming the input; null on success.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PoolUrl? url, [NotNullWhen(false)] out string? error)
    {
        url = null;
        var split = text.IndexOf("://", StringComparison.Ordinal);
        var schemeName = split < 0 ? "stratum+tcp" : text[..split].ToLowerInvariant();
        var rest = split < 0 ? text : text[(split + 3)..];

        // A user and password do not belong here, and must not appear in a message.
        var shown = OutsideText.Clean(text.Contains('@') ? $"…{text[text.LastIndexOf('@')..]}" : text);
        PoolScheme? scheme = schemeName switch
        {
            "stratum+tcp" or "stratum" or "tcp" => PoolScheme.StratumTcp,
            "stratum+ssl" or "stratum+tls" or "stratums" or "ssl" or "tls" => PoolScheme.StratumTls,
            "daemon+http" => PoolScheme.DaemonHttp,
            "daemon+https" => PoolScheme.DaemonHttps,
            _ => null,
        };
        if (scheme is null)
        {
            error = $"pool URL '{shown}': unknown scheme; expected stratum+tcp (also when none is given), stratum+ssl, daemon+http or daemon+https";
            return false;
        }

        var address = rest.TrimEnd('/');
        // Of an IPv6 address in brackets, only a colon behind it begins the port.
        var colon = address.LastIndexOf(':') is var last && last > address.LastIndexOf(']') ? last : -1;
        var host = (colon < 0 ? address : address[..colon]).Trim('[', ']');
        var port = 0;
        var expected = split < 0 ? "expected HOST:PORT, such as pool.example:3333, and stratum+ssl:// before it for TLS" : $"expected {schemeName}://HOST:PORT";
        var fault = address.Contains('@') ? "no user belongs here; give it as --user, or as User in the settings"
            : address.Contains('/') ? $"nothing may follow the port; {expected}"
            : Uri.CheckHostName(host) == UriHostNameType.Unknown || !host.All(OutsideText.IsHarmless) ? expected
            : colon < 0 || colon == address.Length - 1 ? $"the port is missing; {expected}"
            : !int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535
                ? "the port is not a number from 1 to 65535"
            : null;
        if (fault is not null)
        {
            error = $"pool URL '{shown}': {fault}";
            return false;
        }

        (url, error) = (new(scheme.Value, host, port), null);
        return true;
    }

    public bool IsDaemon => Scheme is PoolScheme.DaemonHttp or PoolScheme.DaemonHttps;

    /// <summary>host:port, as logs show it.</summary>
    public string Authority => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public override string ToString() => Scheme switch
    {
        PoolScheme.StratumTcp => "stratum+tcp://",
        PoolScheme.StratumTls => "stratum+ssl://",
        PoolScheme.DaemonHttp => "daemon+http://",
        _ => "daemon+https://",
    } + Authority;
}
