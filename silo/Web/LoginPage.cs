namespace P2PMiner.Silo.Web;

/// <summary>One field for the token, sent to where the page came from.</summary>
internal static class LoginPage
{
    public const string Path = "/login";

    /// <summary>The form's one field.</summary>
    public const string Field = "token";

    /// <param name="problem">Why the page is shown again; null the first time.</param>
    public static IResult Of(string? problem = null, int statusCode = StatusCodes.Status200OK)
    {
        var message = problem is null ? default : Html.Of($"""<p class="bad" role="alert">{problem}</p>""");
        return WebPage.Of("P2PMiner: log in", Html.Of($"""
            <main><form method="post" action="{Path}"><h1>P2PMiner</h1>{message}
            <label>Token of this node (Web:Token, or Web:ViewToken to look only)
            <input type="password" name="{Field}" required autofocus autocomplete="current-password"></label>
            <button>Log in</button></form></main>
            """), statusCode);
    }
}
