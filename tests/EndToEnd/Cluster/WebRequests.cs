using System.Text;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Requests as scanners send them: known and made-up methods, paths and headers, some of which are no HTTP.</summary>
internal static class WebRequests
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "get", "G\0T", "X"];

    private static readonly string[] Paths =
    [
        "/", "/login", "/orleans/", "/orleans/DashboardCounters", "/orleans/Trace", "/orleans/HistoricalStats/a", "/orleans/../",
        "/../../etc/passwd", "/.git/config", "/%00", "/%2e%2e/",
        "//", "*", "http://127.0.0.1/", "/?a=%ff%fe", "/a/b/c/d/e",
    ];

    private static readonly string[] Headers =
    [
        "Host: miner", "Host: 127.0.0.1", "Host:", "Authorization: Bearer wrong-token-of-the-outsider", "Authorization: Basic YTpi",
        "Authorization:", "Accept: text/html",
        "Cookie: p2p-miner-8080=1.a", "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999",
        "Transfer-Encoding: chunked", "Expect: 100-continue",
        "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "Range: bytes=0-,0-,0-", "X-Forwarded-For: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        "Accept-Encoding: gzip, br", "\u0001: \u0002", "no colon here", " folded",
    ];

    public static byte[] Any(Random random)
    {
        var text = new StringBuilder($"{Pick(Methods)} {(random.Next(4) == 0 ? Rubbish(1, 12_000) : Pick(Paths))} HTTP/1.{random.Next(3)}\r\n");
        for (var i = random.Next(12); i > 0; i--)
        {
            text.Append(random.Next(6) == 0 ? $"X-{random.Next()}: {Rubbish(0, 4000)}" : Pick(Headers)).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").Append(random.Next(3) == 0 ? Rubbish(0, 2000) : "").ToString());

        string Pick(string[] from) => from[random.Next(from.Length)];

        string Rubbish(int least, int most) => string.Create(random.Next(least, most), random, static (letters, random) =>
        {
            foreach (ref var letter in letters)
            {
                letter = (char)random.Next(256);
            }
        });
    }
}
