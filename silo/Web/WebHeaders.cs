namespace P2PMiner.Silo.Web;

/// <summary>
/// What every answer of the web server tells a browser: run nothing from elsewhere, be shown in no frame, tell no other site, keep no copy.
/// </summary>
internal static class WebHeaders
{
    /// <summary>Where the Orleans dashboard is.</summary>
    public const string Dashboard = "/orleans";

    // The dashboard has its scripts, fonts and data on its own site; its charts and graphs set styles while they run.
    private const string DashboardPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Added when an answer begins: so also to an error that takes its place, and over the same headers set by others.</summary>
    public static void AddTo(HttpContext context) => context.Response.OnStarting(static state =>
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(Dashboard) ? DashboardPolicy : WebPage.Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";

        // With "no-referrer" a browser would not name this site as the origin of its own forms either.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }, context);

    /// <summary>A browser that opens a page, as opposed to the scripts or data of one.</summary>
    public static bool WantsHtml(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
