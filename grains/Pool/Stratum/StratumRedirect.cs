using System.Net;

namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>Whether a client.reconnect may be followed. Anyone on the path of a plain connection can send one, so it must not lead elsewhere.</summary>
internal static class StratumRedirect
{
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
