using P2PMiner.History;

namespace P2PMiner.Silo.Pages;

/// <summary>How much of the past a page shows.</summary>
/// <param name="Name">In addresses, as the API has it, and for people.</param>
/// <param name="Bucket">What one point of a chart stands for: so long that a chart has at most 180 of them.</param>
/// <param name="Tick">Between two times under a chart.</param>
internal sealed record PageRange(string Name, TimeSpan Length, TimeSpan Bucket, TimeSpan Tick)
{
    public static readonly PageRange Hour = new("1h", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
    public static readonly PageRange Day = new("24h", TimeSpan.FromDays(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(3));
    public static readonly PageRange Week = new("7d", TimeSpan.FromDays(7), TimeSpan.FromHours(1), TimeSpan.FromDays(1));
    public static readonly PageRange Month = new("30d", TimeSpan.FromDays(30), TimeSpan.FromHours(4), TimeSpan.FromDays(3));

    public static IReadOnlyList<PageRange> All { get; } = [Hour, Day, Week, Month];

    /// <summary>Of the samples that a chart is made of.</summary>
    public HistoryStep Step => Bucket >= HistoryStep.TenMinutes.Length() ? HistoryStep.TenMinutes : HistoryStep.Minute;

    public int Points => (int)(Length / Bucket);
}
