namespace P2PMiner.Pool;

/// <summary>
/// The login of a daemon's --rpc-login as it is written in a URL: daemon+http://USER:PASS@HOST:PORT. Taken out where the URL comes in,
/// because URLs are shown to people.
/// </summary>
public static class DaemonLogin
{
    private const string Scheme = "daemon+http";

    /// <summary>
    /// The URL without its login, and the login as USER:PASS with %40 and the like decoded; null if there is none, or it is not a daemon's
    /// URL.
    /// </summary>
    public static (string Url, string? Login) Split(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        var at = url.LastIndexOf('@');
        return url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && start >= Scheme.Length && at >= start
            ? (url[..start] + url[(at + 1)..], Uri.UnescapeDataString(url[start..at]))
            : (url, null);
    }
}
