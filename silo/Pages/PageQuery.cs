using System.Diagnostics.CodeAnalysis;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Pages;

/// <summary>What a page's address asks for besides the page: ?range=24h, and by what its table is sorted: ?sort=rate, ?sort=-rate for the other way.</summary>
/// <param name="Node">?node=: only events about this node; null: all.</param>
internal sealed record PageQuery(string Path, PageRange Range, string Sort, NodeId? Node)
{
    /// <param name="sorts">The columns that the page's table can be sorted by, the usual one first; none: it has no such table.</param>
    /// <param name="fault">What is wrong, for the person; null: nothing.</param>
    public static bool TryRead(
        HttpRequest request, IReadOnlyList<string> sorts, [NotNullWhen(true)] out PageQuery? query, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        var (range, sort, node) = (PageRange.Day, sorts.FirstOrDefault() ?? "", (NodeId?)null);
        foreach (var (name, values) in request.Query)
        {
            var value = values.ToString();
            if (name == "range")
            {
                var known = PageRange.All.FirstOrDefault(one => one.Name == value);
                fault ??= known is null ? $"range: not one of {string.Join(", ", PageRange.All.Select(one => one.Name))}" : null;
                range = known ?? range;
            }
            else if (name == "sort" && sorts.Count > 0)
            {
                sort = value;
                fault ??= sorts.Contains(value.TrimStart('-')) ? null : $"sort: not one of {string.Join(", ", sorts)}";
            }
            else if (name == "node")
            {
                node = NodeId.TryParse(value, out var id) ? id : null;
                fault ??= node is null ? "node: not an id of 32 hex digits" : null;
            }
        }

        query = fault is null ? new(request.Path.ToString(), range, sort, node) : null;
        return query is not null;
    }

    public bool IsDescending => Sort.StartsWith('-');

    public string SortColumn => Sort.TrimStart('-');

    /// <summary>This page's address with another range or another order.</summary>
    public string With(PageRange? range = null, string? sort = null)
    {
        var parts = new[] { ("range", (range ?? Range).Name), ("sort", sort ?? Sort), ("node", Node?.ToString() ?? "") }
            .Where(part => part.Item2.Length > 0).Select(part => $"{part.Item1}={part.Item2}");
        return $"{Path}?{string.Join('&', parts)}";
    }
}
