using System.Text;

namespace P2PMiner.Silo.Web;

/// <summary>The frame of our own pages.</summary>
internal static class WebPage
{
    /// <summary>Content-Security-Policy of these pages: they may use style, script and answers of this node, and nothing from anywhere else.</summary>
    public const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    /// <param name="isLive">The page is renewed: by the script, or as a whole where scripts are switched off.</param>
    public static IResult Of(string title, Html body, int statusCode = StatusCodes.Status200OK, bool isLive = false)
    {
        var renewal = isLive
            ? Html.Of($"""<noscript><meta http-equiv="refresh" content="30"></noscript><script src="{WebAssets.Script}" defer></script>""") : default;
        var page = Html.Of($"""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title><link rel="stylesheet" href="{WebAssets.Style}">{renewal}</head><body>{body}</body></html>
            """);
        return Results.Content(page.ToString(), "text/html; charset=utf-8", Encoding.UTF8, statusCode);
    }
}
