using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>What a pool's error text means. There are no codes to go by: pools write -1 for everything, p2pool writes none.</summary>
internal static class StratumRefusal
{
    private static readonly string[] StaleTexts = ["stale", "expired", "outdated", "invalid job id", "job not found"];
    private static readonly string[] DropTexts = ["unauthenticated", "banned"];

    public static ShareOutcome Outcome(string text) =>
        Says(text, StaleTexts) ? ShareOutcome.Stale
        : Says(text, "low diff") ? ShareOutcome.LowDifficulty
        : Says(text, "duplicate") ? ShareOutcome.Duplicate
        : ShareOutcome.Rejected;

    /// <summary>The pool no longer knows us or wants us: nothing more will be accepted on this connection.</summary>
    public static bool EndsConnection(string text) => Says(text, DropTexts);

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
