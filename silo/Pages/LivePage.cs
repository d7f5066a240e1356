using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>A page while it is made. What may change while somebody looks is a part with an id, so that it can be sent alone.</summary>
/// <param name="visitor">Who looks: some may steer.</param>
/// <param name="notice">What was just done from the page; empty: nothing.</param>
internal sealed class LivePage(Visitor visitor, Html notice = default)
{
    private readonly Dictionary<string, string> _parts = [];

    public Visitor Visitor { get; } = visitor;

    public Html Notice { get; } = notice;

    public string Title { get; set; } = "P2PMiner";

    public Html Body { get; set; }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public IReadOnlyDictionary<string, string> Parts => _parts;

    public Html Part(string id, Html content)
    {
        var html = Html.Of($"""<div id="{id}">{content}</div>""");
        _parts.Add(id, html.ToString());
        return html;
    }

    /// <summary>The rows of a table.</summary>
    public Html Rows(string id, IEnumerable<Html> rows)
    {
        var html = Html.Of($"""<tbody id="{id}">{Html.Join(rows)}</tbody>""");
        _parts.Add(id, html.ToString());
        return html;
    }
}
