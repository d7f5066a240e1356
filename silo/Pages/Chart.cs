using System.Globalization;
using System.Text;
using P2PMiner.History;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>
/// Charts over time, as SVG. Their texts keep their size on every screen, since only the curve is stretched. The values are shown where the pointer is, by the
/// style alone. What was not observed is a gap.
/// </summary>
/// <param name="title">What is shown.</param>
/// <param name="marks">Events, in order of time.</param>
internal sealed class Chart(TimeFrame frame, string title, IReadOnlyList<HistoryEvent>? marks = null)
{
    /// <summary>The part of the height above the highest value: for the text at the pointer.</summary>
    private const double Head = 0.14;

    private readonly int _points = frame.Range.Points;

    /// <param name="values">One for each bucket; null: a gap. 0 or more.</param>
    /// <param name="text">A value with its unit.</param>
    /// <param name="axis">The same for round numbers; null: no other.</param>
    public Html Line(IReadOnlyList<double?> values, Func<double?, string> text, Func<double?, string>? axis = null)
    {
        var scale = Scale.For(values.Max() ?? 0);
        var (curve, area) = Paths(values, scale.Top, _points);
        var known = values.OfType<double>().ToArray();
        var summary = known.Length == 0 ? "nothing was observed" : $"{text(known.Min())} to {text(known.Max())}, at last {text(known[^1])}";
        var shape = Html.Of($"""
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">
            <path class="area" d="{area}"/><path class="curve" d="{curve}"/></svg>
            """);
        return Figure(scale, axis ?? text, shape, summary, bucket => text(values[bucket]), isSmall: false);
    }

    public static Html Rates(TimeFrame frame, string title, IReadOnlyList<HistorySample?> samples, IReadOnlyList<HistoryEvent> marks)
        => new Chart(frame, title, marks).Line([.. samples.Select(sample => sample?.Rate.PerSecond)], PageText.Rate, PageText.RoundRate);

    public static Html Shares(TimeFrame frame, IReadOnlyList<HistorySample?> samples) => new Chart(frame, "Shares").Bars(
        [.. samples.Select(sample => sample is null ? ((long, long)?)null : (sample.Shares.Accepted, sample.Shares.NotAccepted))], "accepted", "not accepted");

    /// <summary>Two counts in each bucket, the second on top of the first.</summary>
    /// <param name="counts">Null: a gap.</param>
    public Html Bars(IReadOnlyList<(long Good, long Bad)?> counts, string good, string bad)
    {
        var scale = Scale.For(counts.Max(count => count?.Good + count?.Bad) ?? 0);
        var bars = counts.Select((count, bucket) => count is not { } both ? default
            : Html.Join([Bar("bar-good", bucket, 0, both.Good, scale.Top), Bar("bar-bad", bucket, both.Good, both.Bad, scale.Top)]));
        var (goods, bads) = (counts.Sum(count => count?.Good ?? 0), counts.Sum(count => count?.Bad ?? 0));
        return Figure(
            scale, value => PageText.Whole(value), Html.Join(bars), $"{PageText.Whole(goods)} {good}, {PageText.Whole(bads)} {bad}",
            bucket => counts[bucket] is { } both ? $"{PageText.Whole(both.Good)} {good}, {PageText.Whole(both.Bad)} {bad}" : PageText.Unknown, isSmall: true);
    }

    /// <summary>A curve in one cell of a table.</summary>
    /// <param name="values">One for each of its points; null: a gap.</param>
    public static Html Spark(IReadOnlyList<double?> values, string label)
    {
        var (curve, area) = Paths(values, Math.Max(values.Max() ?? 0, 1e-9), values.Count);
        return Html.Of($"""
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="{label}">
            <path class="area" d="{area}"/><path class="curve" d="{curve}"/></svg>
            """);
    }

    private Html Figure(Scale scale, Func<double?, string> axis, Html shape, string summary, Func<int, string> valueOf, bool isSmall)
    {
        var steps = Enumerable.Range(0, scale.Steps + 1).Select(step => (Value: step * scale.Step, Y: Percent(Y(step * scale.Step, scale.Top)))).ToArray();
        var lines = steps.Select(step => Html.Of($"""<line class="grid" x1="0" x2="100%" y1="{step.Y}" y2="{step.Y}"/>"""));
        var labels = steps.Skip(1).Select(step => Html.Of($"""<text x="0" y="{step.Y}" dy="-3">{axis(step.Value)}</text>"""));
        var hits = Enumerable.Range(0, _points).Select(bucket => Html.Of($"""
            <g class="hit"><rect x="{Percent((double)bucket / _points)}" width="{Percent(1.0 / _points)}" height="100%"/>
            {Tip(frame.StartOf(bucket), valueOf(bucket))}</g>
            """));
        var ticks = frame.Ticks().Select((tick, index) =>
        {
            var anchor = tick.X < .04 ? "start" : tick.X > .96 ? "end" : "middle";
            return Html.Of($"""<text class="{(index % 2 == 0 ? "tick" : "minor")}" x="{Percent(tick.X)}" y="1em" text-anchor="{anchor}">{tick.Text}</text>""");
        });
        return Html.Of($"""
            <figure class="{(isSmall ? "small" : "large")}"><figcaption>{title}<small>{summary}</small></figcaption>
            <svg class="plot" role="img" aria-label="{title}, {frame.Range.Name}: {summary}">{Html.Join(lines)}{shape}{Html.Join(labels)}{Html.Join(hits)}{Html.Join(Marks())}</svg>
            <svg class="axis" aria-hidden="true">{Html.Join(ticks)}</svg></figure>
            """);
    }

    private IEnumerable<Html> Marks() => (marks ?? []).Where(mark => mark.Time >= frame.From && mark.Time < frame.To).Select(mark =>
    {
        var x = Percent(frame.X(mark.Time));
        return Html.Of($"""
            <g class="mark hit"><line x1="{x}" x2="{x}" y1="{Percent(Head)}" y2="100%"/><circle cx="{x}" cy="98%" r="4"/>{Tip(mark.Time, mark.Text)}</g>
            """);
    });

    /// <summary>Shown while the pointer is on what it belongs to.</summary>
    private Html Tip(DateTimeOffset time, string text)
        => Html.Of($"""<text class="tip" x="100%" y="1em" text-anchor="end">{frame.Text(time)}: {text}</text>""");

    private Html Bar(string name, int bucket, long from, long count, double top)
    {
        var (x, width) = (Percent((bucket + .1) / _points), Percent(.8 / _points));
        var (y, height) = (Percent(Y(from + count, top)), Percent((1 - Head) * count / top));
        return count == 0 ? default : Html.Of($"""<rect class="{name}" x="{x}" width="{width}" y="{y}" height="{height}"/>""");
    }

    private static (string Curve, string Area) Paths(IReadOnlyList<double?> values, double top, int points)
    {
        var (curve, area) = (new StringBuilder(), new StringBuilder());
        for (var first = 0; first < values.Count; first++)
        {
            if (values[first] is null)
            {
                continue;
            }

            var last = first;
            while (last + 1 < values.Count && values[last + 1] is not null)
            {
                last++;
            }

            // A point lies in the middle of its time; the curve covers all of it, so that a lonely one can be seen.
            area.Append(CultureInfo.InvariantCulture, $"M{X(first)} 1000");
            for (var point = first; point <= last; point++)
            {
                var y = Number(1000 * Y(values[point]!.Value, top));
                var line = point == first ? $"{X(first)} {y}L{X(point + .5)} {y}" : $"{X(point + .5)} {y}";
                curve.Append(point == first ? 'M' : 'L').Append(line);
                area.Append('L').Append(line);
                if (point == last)
                {
                    curve.Append('L').Append(X(last + 1)).Append(' ').Append(y);
                    area.Append('L').Append(X(last + 1)).Append(' ').Append(y);
                }
            }

            area.Append('L').Append(X(last + 1)).Append(" 1000Z");
            first = last;
        }

        return (curve.ToString(), area.ToString());

        string X(double point) => Number(1000 * point / points);
    }

    /// <summary>From the top, 0, to the bottom, 1.</summary>
    private static double Y(double value, double top) => 1 - ((1 - Head) * Math.Clamp(value / top, 0, 1));

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Percent(double ratio) => (100 * ratio).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
