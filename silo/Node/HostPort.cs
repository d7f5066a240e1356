using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace P2PMiner.Silo.Node;

/// <summary>Reads HOST, HOST:PORT, [IPv6] and [IPv6]:PORT.</summary>
internal static class HostPort
{
    public static bool TryParse(string text, int defaultPort, [NotNullWhen(true)] out DnsEndPoint? endPoint)
    {
        endPoint = null;
        var (host, rest) = text.StartsWith('[') && text.IndexOf(']') is > 0 and var close
            ? (text[1..close], text[(close + 1)..])
            : text.IndexOf(':') is >= 0 and var colon && text.LastIndexOf(':') == colon ? (text[..colon], text[colon..]) : (text, "");
        var port = defaultPort;
        var portIsRight = rest.Length == 0
            || rest[0] == ':' && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
        if (!portIsRight || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        endPoint = new(host, port);
        return true;
    }

    /// <summary>Both HOST and PORT are given; an IPv6 address then stands in brackets, as its colons would run into the port's.</summary>
    public static bool HasBoth(string text) => TryParse(text, 0, out var endPoint) && endPoint.Port != 0;
}
