using System.Diagnostics.CodeAnalysis;

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
    /// Reads scheme://host:port; without a scheme stratum+tcp is meant. The port is required. An IPv6 host is written in brackets.
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
            error = $"pool URL '{shown}': unknown scheme; expected stratum+tcp, stratum+ssl, daemon+http or daemon+https";
            return false;
        }

        var address = rest.TrimEnd('/');
        var colon = address.LastIndexOf(':');
        var host = colon <= 0 ? "" : address[..colon].Trim('[', ']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || !host.All(OutsideText.IsHarmless)
            || !int.TryParse(address[(colon + 1)..], out var port) || port is < 1 or > 65535)
        {
            error = $"pool URL '{shown}': expected scheme://host:port with a port of 1 to 65535";
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
