using System.Net;

namespace P2PMiner.Silo.Web;

internal static partial class WebLog
{
    [LoggerMessage(9100, LogLevel.Warning, "web: {Address} gave {Wrong} wrong tokens within a minute{LeftOut}")]
    public static partial void WrongTokens(this ILogger logger, IPAddress? address, int wrong, string leftOut);

    [LoggerMessage(9101, LogLevel.Warning,
        "web: {Address} is plain HTTP: anybody who can read the network traffic can read the token. set Web:CertificateFile for HTTPS")]
    public static partial void PlainHttp(this ILogger logger, string address);

    [LoggerMessage(9102, LogLevel.Warning, "web: a request for {Path} failed: {Reason}{LeftOut}")]
    public static partial void RequestFailed(this ILogger logger, string path, string reason, string leftOut);
}
