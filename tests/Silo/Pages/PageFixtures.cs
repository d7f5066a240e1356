using System.Net;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.Tests.Web;

namespace P2PMiner.Silo.Tests.Pages;

/// <summary>What the tests of pages read and write.</summary>
internal static class PageFixtures
{
    public static async Task<string> HtmlAsync(this WebUnderTest web, string path)
    {
        using var answer = await web.GetAsync(path, ("Accept", "text/html"));
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <param name="ago">Before now; whole minutes.</param>
    /// <param name="node">Null: the cluster.</param>
    public static HistorySample Sample(this WebUnderTest web, TimeSpan ago, NodeId? node = null) => new()
    {
        Node = node, UnixSeconds = HistoryStep.Minute.BucketOf((web.Clock.GetUtcNow() - ago).ToUnixTimeSeconds()), ObservedSeconds = 60, Rate = new(100),
        Hashes = 6000, Shares = default,
    };

    public static HistoryEvent Event(this WebUnderTest web, TimeSpan ago, string kind, string text, NodeId? node = null) => new()
    {
        Source = web.Api.Node, Number = (long)ago.TotalMilliseconds, UnixMs = (web.Clock.GetUtcNow() - ago).ToUnixTimeMilliseconds(), Kind = kind,
        Text = text, Node = node,
    };
}
