namespace P2PMiner.Silo.Node;

/// <summary>A wallet address as it is shown in logs.</summary>
internal static class Wallet
{
    private const int LongestShown = 16;

    /// <summary>The ends of an address: enough for the owner to recognise it, too little to copy. A short name is shown whole.</summary>
    public static string Shorten(string user) => user.Length <= LongestShown ? user : $"{user[..6]}...{user[^4..]}";
}
