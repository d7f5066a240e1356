namespace P2PMiner.Silo.MachineTuning;

internal static class Count
{
    /// <summary>"1 page", "2 pages"</summary>
    public static string Of(long number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
