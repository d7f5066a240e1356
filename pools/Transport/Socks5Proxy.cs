using System.Diagnostics.CodeAnalysis;
using System.Text;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Transport;

/// <summary>A SOCKS5 proxy's address, with a user and password if it needs them.</summary>
internal sealed record Socks5Proxy(string Host, int Port, string? User, string? Password)
{
    /// <summary>
    /// Reads host:port or user:pass@host:port. An IPv6 host is written in brackets. The user ends at the first colon and the password at
    /// the last @, so that a password needs no quoting; %40 is three characters, not an @.
    /// </summary>
    /// <param name="error">What is expected; never quotes the password.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Socks5Proxy? proxy, [NotNullWhen(false)] out string? error)
    {
        proxy = null;
        var at = text.LastIndexOf('@');
        var address = text[(at + 1)..];
        var colon = address.LastIndexOf(':');
        var host = colon <= 0 ? "" : address[..colon].Trim('[', ']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || !host.All(OutsideText.IsHarmless)
            || !ushort.TryParse(address[(colon + 1)..], out var port) || port == 0)
        {
            error = $"'{PoolText.Clean(address)}': expected host:port or user:pass@host:port";
            return false;
        }

        string? user = null, password = null;
        if (at >= 0)
        {
            var split = text.IndexOf(':', 0, at);
            (user, password) = split < 0 ? (text[..at], "") : (text[..split], text[(split + 1)..at]);
            if (Encoding.UTF8.GetByteCount(user) is 0 or > 255 || Encoding.UTF8.GetByteCount(password) > 255)
            {
                error = $"'{PoolText.Clean(address)}': user and password before the @ may have 255 bytes each, the user at least 1";
                return false;
            }
        }

        (proxy, error) = (new(host, port, user, password), null);
        return true;
    }

    /// <summary>host:port, without the password.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
