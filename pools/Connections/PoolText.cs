namespace P2PMiner.Pools.Connections;

/// <summary>Makes text from the network fit for one line of a log, without our secrets.</summary>
internal static class PoolText
{
    /// <inheritdoc cref="OutsideText.Clean"/>
    public static string Clean(string text) => OutsideText.Clean(text);

    /// <summary>As <see cref="Clean(string)"/>, after our user is shortened and our password blanked out: pools often quote both.</summary>
    public static string Clean(string text, PoolEntry entry)
    {
        var hidden = entry.User.Length > 12 ? text.Replace(entry.User, ShortUser(entry.User), StringComparison.OrdinalIgnoreCase) : text;

        // "x" stands for no password, and hiding single letters would make the text unreadable.
        return Clean(Hide(Hide(hidden, entry.Pass), entry.RpcLogin?[(entry.RpcLogin.IndexOf(':') + 1)..]));
    }

    /// <summary>What went wrong. HttpClient wraps it in words of its own, often "An error occurred while sending the request."</summary>
    public static string Reason(Exception failure) => failure is HttpRequestException { InnerException: { } cause } ? Reason(cause) : failure.Message;

    private static string Hide(string text, string? secret) =>
        secret?.Length > 1 ? text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase) : text;

    /// <summary>First 6 and last 4 characters of a wallet address.</summary>
    public static string ShortUser(string user) => user.Length <= 12 ? user : $"{user[..6]}…{user[^4..]}";
}
