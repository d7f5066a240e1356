namespace P2PMiner.Grains.Pool;

/// <summary>Makes text from the network fit for one line of a log, without our secrets.</summary>
internal static class PoolText
{
    private const int MaxChars = 160;

    /// <summary>One line of at most 160 characters; anything but printable characters becomes '?'.</summary>
    public static string Clean(string text)
    {
        var cut = text.Length <= MaxChars ? text : string.Concat(text.AsSpan(0, MaxChars - 1), "…");
        return string.Create(cut.Length, cut, static (line, source) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
            }
        });
    }

    /// <summary>As <see cref="Clean(string)"/>, after our user is shortened and our password blotted out: pools like to quote both.</summary>
    public static string Clean(string text, PoolEntry entry)
    {
        var hidden = entry.User.Length > 12 ? text.Replace(entry.User, ShortUser(entry.User), StringComparison.OrdinalIgnoreCase) : text;

        // "x" stands for no password, and hiding single letters would make the text unreadable.
        return Clean(entry.Pass.Length > 1 ? hidden.Replace(entry.Pass, "***", StringComparison.OrdinalIgnoreCase) : hidden);
    }

    /// <summary>First 6 and last 4 characters of a wallet address.</summary>
    public static string ShortUser(string user) => user.Length <= 12 ? user : $"{user[..6]}…{user[^4..]}";
}
