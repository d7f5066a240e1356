using System.Text.Json.Nodes;
using P2PMiner.Peers;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>
/// The pages for people, behind the gate of the web. Each address has forms: the page; for who asks for an event stream, the parts of it that change; and /
/// for scripts, in plain text, what the keys h, s and c show about this node.
/// </summary>
internal static class PageExtensions
{
    /// <summary>Needs what the API needs, and a history.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services) => services.AddSingleton<HistoryMemo>().AddSingleton<PageReader>();

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        Map("/", NodeRow.Sorts, async (page, query, reader, _) =>
        {
            await OverviewPage.FillAsync(page, query, reader);
            return true;
        });
        Map("/pools", [], async (page, query, reader, _) =>
        {
            await PoolPage.FillAsync(page, query, reader);
            return true;
        });
        Map("/events", [], async (page, query, reader, _) =>
        {
            await EventPage.FillAsync(page, query, reader);
            return true;
        });
        Map("/nodes/{node}", [], async (page, query, reader, name)
            => NodeId.TryParse(name, out var node) && await NodePage.FillAsync(page, query, reader, node));

        void Map(string path, string[] sorts, Func<LivePage, PageQuery, PageReader, string?, Task<bool>> fill)
            => routes.MapGet(path, (HttpContext context, PageReader reader, EventStream events, Notices notices, IMinerConsoleSource source) => AnswerAsync(
                context, sorts, (page, query) => fill(page, query, reader, context.Request.RouteValues["node"]?.ToString()), events, notices, source));
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext context, string[] sorts, Func<LivePage, PageQuery, Task<bool>> fill, EventStream events, Notices notices, IMinerConsoleSource source)
    {
        context.Response.Headers.Vary = "Accept";
        var wantsStream = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (!wantsStream && !WebHeaders.WantsHtml(context.Request) && context.Request.Path == "/")
        {
            return await NodeSummaryText.OfAsync(source);
        }

        if (!PageQuery.TryRead(context.Request, sorts, out var query, out var fault))
        {
            return Problem(StatusCodes.Status400BadRequest, fault);
        }

        var visitor = Visitor.Of(context);
        var page = new LivePage(visitor, wantsStream ? default : notices.Take(context.Request));
        if (!await fill(page, query))
        {
            return Problem(StatusCodes.Status404NotFound, "There is no such node.");
        }

        if (!wantsStream)
        {
            return WebPage.Of(page.Title, page.Body, page.StatusCode, isLive: true);
        }

        await events.ServeAsync(context, NewsOf(page, async next => await fill(next, query)));
        return Results.Empty;
    }

    /// <summary>The parts that are not as they were sent the last time; all of them at first.</summary>
    private static Func<Task<(string, string)?>> NewsOf(LivePage first, Func<LivePage, Task> fill)
    {
        IReadOnlyDictionary<string, string> sent = new Dictionary<string, string>();
        return async () =>
        {
            var page = first;
            if (sent.Count > 0)
            {
                await fill(page = new(first.Visitor));
            }

            var news = new JsonObject(page.Parts.Where(part => sent.GetValueOrDefault(part.Key) != part.Value)
                .Select(part => KeyValuePair.Create(part.Key, (JsonNode?)part.Value)));
            sent = page.Parts;
            return news.Count == 0 ? null : ("parts", ApiJson.OneLine(news));
        };
    }

    private static IResult Problem(int statusCode, string text)
        => WebPage.Of("P2PMiner", Html.Of($"""{PageFrame.Header("")}<main id="main"><p class="message bad">{text}</p></main>"""), statusCode);
}
