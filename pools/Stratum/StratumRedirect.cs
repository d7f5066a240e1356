using System.Net;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>Handles client.reconnect. Anyone on the path of a plain connection can send one, so it must not lead elsewhere.</summary>
internal sealed class StratumRedirect(PoolUrl url, ILogger log)
{
    private bool _logged;

    /// <summary>Ends the connection by an exception, or ignores the message, with one line for each connection.</summary>
    /// <exception cref="PoolRedirectException">It leads to a place within the pool's own domain.</exception>
    public void Follow(StratumMessage message)
    {
        var host = string.IsNullOrEmpty(message.RedirectHost) ? url.Host : message.RedirectHost;
        var text = $"{(host.Contains(':') ? $"[{host.Trim('[', ']')}]" : host)}:{message.RedirectPort ?? $"{url.Port}"}";
        if (PoolUrl.TryParse(text, out var target, out _) && IsAllowed(url.Host, target.Host))
        {
            throw new PoolRedirectException(target with { Scheme = url.Scheme });
        }

        if (!_logged)
        {
            _logged = true;
            log.RedirectIgnored(url.Authority, PoolText.Clean(text));
        }
    }

    /// <summary>
    /// True when both hosts are the same, or names under one registered domain. An address leads only to itself. Without a list of public
    /// suffixes the domain is the last two labels, and three where those look like "co.uk".
    /// </summary>
    public static bool IsAllowed(string from, string to)
    {
        if (string.Equals(from, to, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return !IPAddress.TryParse(from, out _) && !IPAddress.TryParse(to, out _)
            && Domain(from) is { } domain && string.Equals(domain, Domain(to), StringComparison.OrdinalIgnoreCase);
    }

    private static string? Domain(string host)
    {
        var labels = host.TrimEnd('.').Split('.');
        var count = labels.Length > 1 && labels[^1].Length == 2 && labels[^2].Length <= 3 ? 3 : 2;
        return labels.Length < count ? null : string.Join('.', labels[^count..]);
    }
}
