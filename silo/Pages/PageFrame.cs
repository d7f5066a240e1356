using System.Globalization;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>
/// What all pages have: the way to the others, the choice of a range, lists. Names and texts come from other machines: all go through <see cref="Html"/>.
/// </summary>
internal static class PageFrame
{
    private static readonly (string Path, string Name)[] Others =
        [("/", "Overview"), ("/pools", "Pools"), ("/events", "Events"), ($"{WebHeaders.Dashboard}/", "Orleans dashboard")];

    /// <param name="path">Of the page itself.</param>
    public static Html Header(string path)
    {
        var links = Others.Select(other => other.Path == path ? Html.Of($"""<a href="{other.Path}" aria-current="page">{other.Name}</a>""")
            : Html.Of($"""<a href="{other.Path}">{other.Name}</a>"""));
        return Html.Of($"""
            <a class="skip" href="#main">Skip to the content</a>
            <header><h1>P2PMiner</h1><nav aria-label="Pages">{Html.Join(links)}</nav><span id="live" role="status" class="dim"></span></header>
            """);
    }

    public static Html Ranges(PageQuery query, string heading)
    {
        var links = PageRange.All.Select(range => range == query.Range ? Html.Of($"""<a href="{query.With(range)}" aria-current="true">{range.Name}</a>""")
            : Html.Of($"""<a href="{query.With(range)}">{range.Name}</a>"""));
        return Html.Of($"""<div class="bar"><h2>{heading}</h2><nav aria-label="Range">{Html.Join(links)}</nav></div>""");
    }

    /// <summary>Numbers, each with its name and a remark; an empty remark is left out.</summary>
    public static Html Cards(params IEnumerable<(string Name, string Value, string Remark)> cards) => Html.Of($"""
        <div class="cards">{Html.Join(cards.Select(card => Html.Of(
            $"<div><span class=\"dim\">{card.Name}</span><b>{card.Value}</b>{(card.Remark.Length == 0 ? default : Html.Of($"<small>{card.Remark}</small>"))}</div>")))}</div>
        """);

    public static Html Means(IEnumerable<(PageRange Range, double? Rate)> means)
        => Cards(means.Select(mean => ($"mean of {mean.Range.Name}", PageText.Rate(mean.Rate), "")));

    /// <summary>Names and values; empty values are left out.</summary>
    public static Html List(IEnumerable<(string Name, string? Value)> rows) => Html.Of($"""
        <dl>{Html.Join(rows.Where(row => !string.IsNullOrEmpty(row.Value)).Select(row => Html.Of($"<dt>{row.Name}</dt><dd>{row.Value}</dd>")))}</dl>
        """);

    /// <summary>The latest first.</summary>
    public static Html Events(IReadOnlyList<HistoryEvent> events, TimeFrame frame, int most)
    {
        if (events.Count == 0)
        {
            return Html.Of($"""<p class="dim">Nothing was written down in this time.</p>""");
        }

        return Html.Of($"""<ul class="list">{Html.Join(events.Reverse().Take(most).Select(Row))}</ul>""");

        Html Row(HistoryEvent one)
        {
            var time = one.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            var text = one.Node is { } node ? Html.Of($"""<a href="{NodePath(node)}">{one.Text}</a>""") : Html.Of($"{one.Text}");
            return Html.Of($"""<li><time datetime="{time}">{frame.Text(one.Time)}</time>{text}</li>""");
        }
    }

    public static Html Silence(string reason) => Html.Of($"""
        <p class="message"><b class="bad">No session yet:</b> {reason}. What was written down before is shown; the page goes on by itself.</p>
        """);

    /// <summary>A mark on a chart is for what changes mining: not for each start of a program, nor for a command, whose effect has its own.</summary>
    public static IReadOnlyList<HistoryEvent> Marks(IReadOnlyList<HistoryEvent> events)
        => [.. events.Where(one => one.Kind is not (EventKind.Started or EventKind.Stopped or EventKind.Steered))];

    public static string NodePath(NodeId node) => $"/nodes/{node}";

    /// <summary>The address of the samples as a table.</summary>
    public static string TablePath(NodeId? node, PageRange range) => $"/api/v1/history.csv?range={range.Name}{(node is { } one ? $"&node={one}" : "")}";
}
