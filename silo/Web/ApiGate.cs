using Microsoft.Net.Http.Headers;

namespace P2PMiner.Silo.Web;

/// <summary>
/// The part of <see cref="WebGate"/> for <see cref="ApiPaths"/>: refuses with the status codes that XMRig has, in its order, so that its tools understand
/// them, and lets pages of other sites in where that is set.
/// </summary>
/// <param name="judge">Compares a token with the right ones, and counts wrong ones.</param>
/// <param name="hasTicket">A person who has logged in: for pages that read the API. Only to read: what changes something needs the token itself.</param>
internal sealed class ApiGate(WebOptions options, Func<HttpContext, string, TryOutcome> judge, Func<HttpContext, bool> hasTicket)
{
    private readonly bool _hasToken = !string.IsNullOrEmpty(options.Token);

    public async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (options.Cors)
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlAllowMethods = "GET, PUT, POST, DELETE";
            headers.AccessControlAllowHeaders = "Authorization, Content-Type";
        }

        if (!_hasToken && !WebGate.IsForThisMachine(context))
        {
            await ApiError.WriteAsync(
                context, StatusCodes.Status421MisdirectedRequest, "served to 127.0.0.1 and localhost only; to reach it by another name, set Web:Token");
            return;
        }

        // A browser asks so before it sends a token, and shows none.
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            return;
        }

        if (Refusal(context) is var (status, text))
        {
            await ApiError.WriteAsync(context, status, text);
            return;
        }

        await next(context);
        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
        {
            // What routing refuses has no body.
            await ApiError.WriteAsync(context, context.Response.StatusCode);
        }
    }

    private (int Status, string? Text)? Refusal(HttpContext context)
    {
        var request = context.Request;
        var method = request.Method;
        var reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        if (!reads && !HttpMethods.IsPost(method) && !HttpMethods.IsPut(method) && !HttpMethods.IsDelete(method))
        {
            return (StatusCodes.Status405MethodNotAllowed, null);
        }

        if (TokenRefusal(context, reads) is { } refused)
        {
            return refused;
        }

        return reads || !ApiPaths.AreOfXmrig(request.Path) ? null
            : options.ReadOnly ? (StatusCodes.Status403Forbidden, null)
            : MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                ? null
            : (StatusCodes.Status415UnsupportedMediaType, null);
    }

    private (int Status, string? Text)? TokenRefusal(HttpContext context, bool reads)
    {
        var shown = context.Request.Headers.Authorization.ToString();
        if (!_hasToken)
        {
            // As XMRig does: whoever shows a token believes that one is set.
            return shown.Length > 0 && ApiPaths.AreOfXmrig(context.Request.Path) ? (StatusCodes.Status401Unauthorized, null) : null;
        }

        if (shown.Length == 0)
        {
            if (reads && hasTicket(context))
            {
                return null;
            }

            context.Response.Headers.WWWAuthenticate = WebGate.Scheme;
            return (StatusCodes.Status401Unauthorized, null);
        }

        if (shown.Split(' ', 2) is not [var scheme, var token] || !scheme.Equals(WebGate.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return (StatusCodes.Status403Forbidden, null);
        }

        var outcome = judge(context, token.Trim());
        return outcome.IsRight ? reads || outcome.Right == WebRight.Steer ? null : (StatusCodes.Status403Forbidden, Visitor.Looking.Refusal)
            : (outcome.Wait > TimeSpan.Zero ? StatusCodes.Status429TooManyRequests : StatusCodes.Status403Forbidden, null);
    }
}
