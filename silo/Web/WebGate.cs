using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;

namespace P2PMiner.Silo.Web;

/// <summary>
/// Stands in front of everything the web server has. With a token: a client that does not show it, or the ticket that the login page gives
/// for it, gets no further. Without a token, and so on loopback: only requests meant for this machine pass, because a page from elsewhere
/// can point its own name at 127.0.0.1 and would then read the answers. Only the full token lets a request through that may change
/// something; what is behind finds who the <see cref="Visitor"/> is. Lives as long as the process, so that a rebuilt silo logs nobody out.
/// </summary>
internal sealed class WebGate
{
    public const string Scheme = "Bearer";

    /// <summary>Part of the dashboard that calls grains which the visitor names. It calls what returns their stored state, of which ours have none.</summary>
    private const string GrainCalls = "GrainState";

    private readonly (byte[] Digest, WebRight Right)[] _tokens = [];
    private readonly LoginTickets? _tickets;
    private readonly WrongTries _tries;
    private readonly LogLimit _lines;
    private readonly ILogger<WebGate> _log;
    private readonly ApiGate _api;

    public WebGate(IOptions<WebOptions> options, TimeProvider clock, ILogger<WebGate> log)
    {
        (_tries, _lines, _log) = (new(clock), new(clock, lines: 8, TimeSpan.FromMinutes(1)), log);
        if (options.Value.Token is { Length: > 0 } token)
        {
            _tickets = new(token, clock);
            _tokens = options.Value.ViewToken is { Length: > 0 } viewToken
                ? [(Digest(token), WebRight.Steer), (Digest(viewToken), WebRight.Look)] : [(Digest(token), WebRight.Steer)];
        }

        _api = new(options.Value, Judge, context => ReadTicket(context).Right != WebRight.None);
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        WebHeaders.AddTo(context);
        try
        {
            await AdmitAsync(context, next);
        }
        catch (Exception error) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // The outer edge of a request: Kestrel's own answer to an exception has none of the headers.
            context.Response.Clear();
            await FailAsync(context, error);
        }
    }

    private Task FailAsync(HttpContext context, Exception error)
    {
        if (error is BadHttpRequestException bad)
        {
            return Fail(context, bad.StatusCode, "this request cannot be answered");
        }

        if (_lines.Allows(out var leftOut))
        {
            _log.RequestFailed(OutsideText.Clean(context.Request.Path), OutsideText.Clean(error.Message), leftOut);
        }

        return Fail(context, StatusCodes.Status500InternalServerError, "this request failed here; the miner's log says why");
    }

    private static Task Fail(HttpContext context, int statusCode, string text)
        => ApiPaths.Has(context.Request.Path) ? ApiError.WriteAsync(context, statusCode) : Text(context, statusCode, text);

    private Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (ApiPaths.Has(context.Request.Path))
        {
            return _api.AdmitAsync(context, next);
        }

        if (_tickets is null)
        {
            return IsForThisMachine(context) ? PassAsync(context, Visitor.WithoutToken, next) : Text(context, StatusCodes.Status421MisdirectedRequest,
                "this page is served to 127.0.0.1 and localhost only; to reach it by another name, set Web:Token");
        }

        if (WebAssets.Has(context.Request.Path))
        {
            return next(context);
        }

        if (context.Request.Path == LoginPage.Path)
        {
            return LogInAsync(context);
        }

        if (context.Request.Headers.Authorization.ToString().Split(' ', 2) is [var scheme, var token]
            && scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var outcome = Judge(context, token.Trim());
            return outcome.IsRight ? PassAsync(context, outcome.Right == WebRight.Steer ? Visitor.Steering(null) : Visitor.Looking, next)
                : outcome.Wait > TimeSpan.Zero ? Text(context, StatusCodes.Status429TooManyRequests, "too many wrong tokens; try again later")
                : Text(context, StatusCodes.Status403Forbidden, "wrong token");
        }

        var (right, ticket) = ReadTicket(context);
        return right switch
        {
            WebRight.Steer => PassAsync(context, Visitor.Steering(_tickets.FormProof(ticket!)), next),
            WebRight.Look => PassAsync(context, Visitor.Looking, next),
            _ => AskForToken(context),
        };
    }

    /// <summary>Who may only look gets no further with a method that may change something. Checked here, so that no page can forget it.</summary>
    private static Task PassAsync(HttpContext context, Visitor visitor, RequestDelegate next)
    {
        context.Features.Set(visitor);
        var (method, path) = (context.Request.Method, context.Request.Path);
        var isHarmless = (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
            && !(path.StartsWithSegments(WebHeaders.Dashboard) && path.Value!.Contains(GrainCalls, StringComparison.OrdinalIgnoreCase));
        return visitor.Refusal is { } refusal && !isHarmless ? Text(context, StatusCodes.Status403Forbidden, refusal) : next(context);
    }

    private (WebRight Right, string? Ticket) ReadTicket(HttpContext context)
    {
        var ticket = context.Request.Cookies[CookieName(context)];
        return (_tickets?.Read(ticket) ?? WebRight.None, ticket);
    }

    private static Task AskForToken(HttpContext context)
    {
        var request = context.Request;
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && WebHeaders.WantsHtml(request))
        {
            context.Response.Redirect(LoginPage.Path);
            return Task.CompletedTask;
        }

        context.Response.Headers.WWWAuthenticate = Scheme;
        return Text(context, StatusCodes.Status401Unauthorized, "a token is needed: Authorization: Bearer TOKEN");
    }

    private async Task LogInAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            await LoginPage.Of().ExecuteAsync(context);
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD, POST";
            await Text(context, StatusCodes.Status405MethodNotAllowed, "the login page accepts only GET and POST");
            return;
        }

        if (await ReadTokenAsync(context.Request) is not { } token)
        {
            await LoginPage.Of("No token was sent.", StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }

        var outcome = Judge(context, token);
        if (!outcome.IsRight)
        {
            await (outcome.Wait > TimeSpan.Zero ? LoginPage.Of("Too many wrong tokens. Try again in a minute.", StatusCodes.Status429TooManyRequests)
                : LoginPage.Of("That is not the token.", StatusCodes.Status403Forbidden)).ExecuteAsync(context);
            return;
        }

        context.Response.Cookies.Append(CookieName(context), _tickets!.Issue(outcome.Right), new()
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, MaxAge = LoginTickets.Lifetime, Path = "/", IsEssential = true,
        });
        context.Response.Headers.Location = "/";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }

    private static async Task<string?> ReadTokenAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
        {
            return null;
        }

        try
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            return form[LoginPage.Field].ToString() is { Length: > 0 } token ? token : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>
    /// Compares a token. After too many wrong ones, each further wrong one ends its connection and is told for how long; the right one,
    /// which may come from the same address, still passes.
    /// </summary>
    private TryOutcome Judge(HttpContext context, string token)
    {
        var source = context.Connection.RemoteIpAddress;
        var outcome = _tries.Judge(source, RightOf(token));
        if (outcome.WasLast && _lines.Allows(out var leftOut))
        {
            _log.WrongTokens(source, WrongTries.Most, leftOut);
        }

        if (outcome.Wait > TimeSpan.Zero)
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            context.Response.Headers.RetryAfter = Math.Ceiling(outcome.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return outcome;
    }

    /// <summary>Digests have one length, and each is compared, so it takes equally long for any token.</summary>
    private WebRight RightOf(string token)
    {
        var (digest, right) = (Digest(token), WebRight.None);
        foreach (var known in _tokens)
        {
            right = CryptographicOperations.FixedTimeEquals(digest, known.Digest) ? known.Right : right;
        }

        return right;
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Cookies know no ports: with the port in the name, several nodes of one machine do not log each other out.</summary>
    private static string CookieName(HttpContext context) => $"p2p-miner-{context.Connection.LocalPort.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>By the name that the client used for it.</summary>
    public static bool IsForThisMachine(HttpContext context)
        => context.Request.Host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(context.Request.Host.Host, out var address) && IPAddress.IsLoopback(address));

    private static Task Text(HttpContext context, int statusCode, string text) => Results.Text(text + "\n", statusCode: statusCode).ExecuteAsync(context);
}
