using P2PMiner.Jobs;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// What a pool's refusal means. Monero pools have no useful codes: they write -1 for everything, p2pool writes none. Those of Stratum v1
/// are 20 to 25, of which 20 means anything, so the text counts.
/// </summary>
internal static class StratumRefusal
{
    private static readonly string[] StaleTexts = ["stale", "expired", "outdated", "invalid job id", "job not found"];
    private static readonly string[] LowTexts = ["low diff", "high-hash", "high hash"];
    private static readonly string[] DropTexts = ["unauthenticated", "banned"];
    private static readonly string[] V1DropTexts = ["unauthorized", "not subscribed"];

    /// <param name="code">Of Stratum v1; null: none, or of the other dialect.</param>
    public static ShareOutcome Outcome(string text, int? code = null) => code switch
    {
        21 => ShareOutcome.Stale,
        22 => ShareOutcome.Duplicate,
        23 => ShareOutcome.LowDifficulty,
        _ => Says(text, StaleTexts) ? ShareOutcome.Stale
            : Says(text, LowTexts) ? ShareOutcome.LowDifficulty
            : Says(text, "duplicate") ? ShareOutcome.Duplicate
            : ShareOutcome.Rejected,
    };

    /// <summary>A refusal with the reason beside it, if that says more.</summary>
    public static string Because(string refusal, string? reason)
        => reason is null || refusal.Contains(reason, StringComparison.OrdinalIgnoreCase) ? refusal : $"{refusal}: {reason}";

    /// <summary>The pool no longer knows us, or does not want us: it will accept nothing more on this connection.</summary>
    public static bool EndsConnection(string text) => Says(text, DropTexts);

    /// <summary>As <see cref="EndsConnection(string)"/>, in Stratum v1, which has codes for it.</summary>
    public static bool EndsConnection(string text, int? code) => code is 24 or 25 || EndsConnection(text) || (code is null or 20 && Says(text, V1DropTexts));

    private static bool Says(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
