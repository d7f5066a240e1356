using System.Net;

namespace P2PMiner.Silo.Web;

internal static partial class WebLog
{
    [LoggerMessage(9100, LogLevel.Warning, "web: {Address} gave {Wrong} wrong tokens; it is not listened to for a minute")]
    public static partial void WrongTokens(this ILogger logger, IPAddress? address, int wrong);

    [LoggerMessage(9101, LogLevel.Warning,
        "web: {Address} is plain HTTP: who can read along on the network can read the token. Web:CertificateFile makes it HTTPS")]
    public static partial void PlainHttp(this ILogger logger, string address);
}
