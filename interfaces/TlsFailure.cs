using System.Security.Authentication;

namespace P2PMiner;

/// <summary>Says in a few words why a TLS handshake failed.</summary>
public static class TlsFailure
{
    /// <summary>
    /// If the other side does not seem to speak TLS, a helpful question with the reason; else the reason alone. SslStream's own words for
    /// the first are "unexpected EOF or 0 bytes" and "Cannot determine the frame size", for the second "see inner exception".
    /// </summary>
    /// <param name="failure">As the handshake threw it: <see cref="AuthenticationException"/> or <see cref="IOException"/>.</param>
    /// <param name="ask">"does this port speak TLS?", or what else fits.</param>
    public static string Reason(Exception failure, string ask)
    {
        // OpenSSL's message is in the innermost exception, and exists only if the bytes were TLS.
        var reason = failure.GetBaseException().Message.TrimEnd('.');
        return failure is AuthenticationException { InnerException: not null } ? reason : $"{ask} ({reason})";
    }
}
