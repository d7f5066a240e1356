using System.Security.Cryptography;
using System.Text;

namespace P2PMiner.Silo.Web;

/// <summary>The frame of our own pages: one style in the page itself, no scripts.</summary>
internal static class WebPage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #d5d9df; --dim: #5b6470; --back: #f6f7f9; --card: #fff; --text: #1b1f24; --link: #0b5cad; --bad: #b3261e }
        @media (prefers-color-scheme: dark) {
          :root { --line: #343a43; --dim: #9aa4b1; --back: #14171b; --card: #1d2127; --text: #e6e9ed; --link: #7db7f5; --bad: #ff8a80 }
        }
        * { box-sizing: border-box }
        body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
        header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; justify-content: space-between }
        h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
        a { color: var(--link) } .dim { color: var(--dim) } .bad { color: var(--bad) }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .6rem; margin: 1rem 0 }
        .cards div, table, dl, form { background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
        .cards div { padding: .6rem .8rem } .cards b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
        table { width: 100%; border-collapse: separate; border-spacing: 0 }
        th, td { text-align: left; padding: .45rem .6rem; unicode-bidi: isolate; overflow-wrap: anywhere } th { color: var(--dim); font-weight: 500 }
        td { border-top: 1px solid var(--line) } .number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal }
        dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .3rem 1rem; padding: .6rem .8rem; margin: 0 }
        dt { color: var(--dim) } dd { margin: 0; unicode-bidi: isolate; overflow-wrap: anywhere }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 1rem }
        form { max-width: 24rem; margin: 2rem auto; padding: 1rem 1.2rem } label, input, button { display: block; width: 100%; font: inherit }
        input, button { margin-top: .5rem; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .4rem }
        button { background: var(--link); color: var(--card); border: 0; margin-top: 1rem; cursor: pointer }
        @media (max-width: 45rem) {
          thead { display: none } tr { display: block; padding: .4rem 0; border-top: 1px solid var(--line) } tr:first-child { border-top: 0 }
          td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .15rem .8rem; text-align: right }
          td::before { content: attr(data-label); color: var(--dim); text-align: left }
        }
        """;

    /// <summary>Content-Security-Policy of these pages: they may use their style and their form, and nothing else from anywhere.</summary>
    public static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <param name="renewed">The browser reloads it by itself.</param>
    public static IResult Of(string title, Html body, int statusCode = StatusCodes.Status200OK, bool renewed = false)
    {
        var renewal = renewed ? Html.Of($"""<meta http-equiv="refresh" content="10">""") : default;
        var head = Html.Of($"""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            {renewal}<title>{title}</title><style>
            """);
        var page = Html.Of($"</style></head><body>{body}</body></html>");
        return Results.Content($"{head}{Style}{page}", "text/html; charset=utf-8", Encoding.UTF8, statusCode);
    }
}
