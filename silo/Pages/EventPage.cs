using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>What happened.</summary>
internal static class EventPage
{
    private const int Most = 500;

    public static async Task FillAsync(LivePage page, PageQuery query, PageReader reader)
    {
        var frame = reader.FrameOf(query.Range);
        page.Title = "P2PMiner: events";
        page.Body = Html.Of($"""
            {PageFrame.Header("/events")}<main id="main">{page.Notice}
            {PageFrame.Ranges(query, query.Node is { } node ? $"Events of node {node.Short}" : "Events")}
            {page.Part("events", PageFrame.Events(await reader.ReadEventsAsync(query.Node, frame, Most), frame, Most))}
            </main>
            """);
    }
}
