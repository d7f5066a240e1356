using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Tests.Web;

/// <summary>Who may do what: no token, the one that may only look, and the full one, on each kind of path and by each method.</summary>
public sealed class RightsTests
{
    private const string Token = "an-owl-in-the-barn";
    private const string ViewToken = "an-owl-on-the-roof";
    private const string WrongToken = "an-owl-in-the-house";

    private static readonly WebOptions Options = new() { Token = Token, ViewToken = ViewToken, ReadOnly = false };

    /// <summary>The status for who shows nothing, who may look, and who may steer.</summary>
    public static TheoryData<string, string, int, int, int> Table => new()
    {
        { "GET", "/", 401, 200, 200 },
        { "HEAD", "/", 401, 200, 200 },
        { "POST", "/", 401, 403, 405 },
        { "PUT", "/", 401, 403, 405 },
        { "DELETE", "/", 401, 403, 405 },
        { "OPTIONS", "/", 401, 403, 405 },
        { "GET", "/nowhere", 401, 404, 404 },
        { "POST", "/nowhere", 401, 403, 404 },
        { "GET", "/behind", 401, 200, 200 },
        { "HEAD", "/behind", 401, 200, 200 },
        { "POST", "/behind", 401, 403, 200 },
        { "PUT", "/behind", 401, 403, 200 },
        { "DELETE", "/behind", 401, 403, 200 },
        { "PATCH", "/behind", 401, 403, 200 },
        { "OPTIONS", "/behind", 401, 403, 200 },
        { "TRACE", "/behind", 401, 403, 200 },
        { "BREW", "/behind", 401, 403, 200 },
        { "get", "/behind", 401, 200, 200 },
        { "GET", "/orleans/", 401, 200, 200 },
        { "GET", "/orleans/DashboardCounters", 401, 200, 200 },
        { "POST", "/orleans/", 401, 403, 200 },
        { "GET", "/orleans/GrainState", 401, 403, 200 },
        { "GET", "/orleans/GrainState?grainId=1&grainType=x", 401, 403, 200 },
        { "HEAD", "/orleans/GrainState", 401, 403, 200 },
        { "GET", "/Orleans/grainstate/", 401, 403, 200 },
        { "GET", "/orleans//GrainState", 401, 403, 200 },
        { "GET", "/orleans/Grain%53tate", 401, 403, 200 },
        { "GET", "/login", 200, 200, 200 },
        { "PUT", "/login", 405, 405, 405 },
        { "GET", "/1/summary", 401, 200, 200 },
        { "GET", "/api/v1/cluster", 401, 200, 200 },
        { "GET", "/metrics", 401, 200, 200 },
        { "OPTIONS", "/1/summary", 200, 200, 200 },
        { "PATCH", "/1/summary", 405, 405, 405 },
    };

    /// <summary>As of <see cref="Table"/>, where a login of any kind is not enough.</summary>
    public static TheoryData<string, string, int, int, int> TableOfTheApi => new()
    {
        { "POST", "/json_rpc", 401, 403, 200 },
        { "PUT", "/1/config", 401, 403, 405 },
        { "DELETE", "/1/summary", 401, 403, 405 },
        { "POST", "/api/v1/cluster", 401, 403, 405 },
        { "POST", "/api/v1/nowhere", 401, 403, 404 },
        { "DELETE", "/metrics", 401, 403, 405 },
        { "POST", "/mmpos", 401, 403, 405 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    [MemberData(nameof(TableOfTheApi))]
    public async Task Request_WithAToken_MayDoWhatThatTokenMay(string method, string path, int none, int look, int steer)
    {
        await using var web = await StartAsync();

        foreach (var (token, expected) in new[] { (null, none), (ViewToken, look), (Token, steer) })
        {
            using var answer = await SendAsync(web, method, path, token is null ? [] : [Bearer(token)]);

            Assert.True(expected == (int)answer.StatusCode, $"{method} {path} with {token ?? "no token"}: {(int)answer.StatusCode} instead of {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Request_LoggedIn_MayDoWhatThatTokenMay(string method, string path, int none, int look, int steer)
    {
        await using var web = await StartAsync();

        foreach (var (token, expected) in new[] { (WrongToken, none), (ViewToken, look), (Token, steer) })
        {
            using var answer = await SendAsync(web, method, path, token == WrongToken ? ("Cookie", "p2p-miner-0=none") : await CookieAsync(web, token));

            Assert.True(expected == (int)answer.StatusCode, $"{method} {path} logged in with {token}: {(int)answer.StatusCode} instead of {expected}");
        }
    }

    [Fact]
    public async Task Request_LoggedInToTheApi_OnlyReads()
    {
        await using var web = await StartAsync();
        var (view, full) = (await CookieAsync(web, ViewToken), await CookieAsync(web, Token));

        foreach (var (method, path, none, _, _) in TableOfTheApi.Select(row => row.Data))
        {
            using var looking = await SendAsync(web, method, path, view);
            using var steering = await SendAsync(web, method, path, full);

            Assert.Equal((none, none), ((int)looking.StatusCode, (int)steering.StatusCode));
        }

        Assert.Empty(web.Source.Calls);
    }

    [Theory]
    [InlineData("GET", "/behind", 200)]
    [InlineData("POST", "/behind", 403)]
    [InlineData("GET", "/orleans/", 200)]
    [InlineData("GET", "/orleans/GrainState", 403)]
    [InlineData("POST", "/json_rpc", 200)]
    public async Task Request_NoTokenIsSet_LooksAndPausesOnlyWhereTheApiWasOpened(string method, string path, int expected)
    {
        await using var web = await StartAsync(new() { ReadOnly = false });

        using var answer = await SendAsync(web, method, path);

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(expected == 403, (await answer.Content.ReadAsStringAsync()).Contains("to steer from it, set Web:Token and log in with it"));
    }

    [Fact]
    public async Task Refusal_OfTheViewToken_SaysWhatItMayDoAndWhatIsNeeded()
    {
        await using var web = await StartAsync();

        using var page = await SendAsync(web, "POST", "/behind", Bearer(ViewToken));
        using var api = await SendAsync(web, "POST", "/json_rpc", Bearer(ViewToken));

        Assert.Equal("Web:ViewToken may only look: to steer, log in with Web:Token\n", await page.Content.ReadAsStringAsync());
        Assert.Contains("Web:ViewToken may only look", await api.Content.ReadAsStringAsync());
        Assert.Empty(web.Source.Calls);
    }

    [Fact]
    public async Task Cookie_OfALogin_IsNoLongerGoodForItsRightIfTheRightIsChanged()
    {
        await using var web = await StartAsync();
        var (name, look) = await CookieAsync(web, ViewToken);
        var (_, steer) = await CookieAsync(web, Token);

        foreach (var changed in new[] { look.Replace("look", "steer"), steer.Replace("steer", "look"), look + "; " + steer.Replace("steer", "look") })
        {
            using var answer = await SendAsync(web, "POST", "/behind", (name, changed));
            Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Visitor_Behind_IsWhoTheGateFound()
    {
        await using var web = await StartAsync();
        await using var open = await StartAsync(new());

        Assert.Equal("False no proof", await VisitorAsync(web, Bearer(ViewToken)));
        Assert.Equal("True no proof", await VisitorAsync(web, Bearer(Token)));
        Assert.Equal("False no proof", await VisitorAsync(web, await CookieAsync(web, ViewToken)));
        Assert.Equal("False no proof", await VisitorAsync(open));
        var first = await CookieAsync(web, Token);
        web.Clock.Advance(TimeSpan.FromSeconds(1));
        var proofs = new[] { await VisitorAsync(web, first), await VisitorAsync(web, first), await VisitorAsync(web, await CookieAsync(web, Token)) };

        Assert.All(proofs, proof => Assert.StartsWith("True ", proof));
        Assert.Equal(proofs[0], proofs[1]);
        Assert.NotEqual(proofs[0], proofs[2]);
        Assert.DoesNotContain(proofs[0].Split(' ')[1], Uri.UnescapeDataString(first.Value));

        static async Task<string> VisitorAsync(WebUnderTest web, params (string, string)[] headers)
        {
            using var answer = await SendAsync(web, "GET", "/behind", headers);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task WrongTokens_OfEitherKind_AreCountedTogether()
    {
        await using var web = await StartAsync();

        for (var i = 0; i < WrongTries.Most; i++)
        {
            // Almost the one, almost the other.
            using var wrong = await web.GetAsync("/", Bearer((i % 2 == 0 ? Token : ViewToken) + "x"));
            Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
            using var right = await web.GetAsync("/", Bearer(ViewToken));
            Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        }

        using var late = await web.GetAsync("/", Bearer(WrongToken));
        using var login = await web.LogInAsync(WrongToken);
        using var view = await web.LogInAsync(ViewToken);
        using var full = await web.GetAsync("/", Bearer(Token));

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (late.StatusCode, login.StatusCode));
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.OK), (view.StatusCode, full.StatusCode));
    }

    [Fact]
    public async Task ViewToken_RightOrWrong_IsInNoLog()
    {
        await using var web = await StartAsync();

        var (_, cookie) = await CookieAsync(web, ViewToken);
        (await SendAsync(web, "POST", "/behind", Bearer(ViewToken))).Dispose();
        (await SendAsync(web, "POST", "/behind", ("Cookie", cookie))).Dispose();

        Assert.Contains("/behind", web.Log.Text);
        Assert.DoesNotContain(ViewToken, web.Log.Text);
        Assert.DoesNotContain(cookie.Split('=')[1], web.Log.Text);
    }

    /// <summary>What is behind the gate lets everything pass, and says who the visitor is.</summary>
    private static Task<WebUnderTest> StartAsync(WebOptions? options = null) => WebUnderTest.StartAsync(options ?? Options, app => app.Use(next => context =>
    {
        var path = context.Request.Path;
        return path == "/behind" || path.StartsWithSegments("/orleans")
            ? context.Response.WriteAsync($"{Visitor.Of(context).MaySteer} {Visitor.Of(context).FormProof ?? "no proof"}") : next(context);
    }));

    private static Task<HttpResponseMessage> SendAsync(WebUnderTest web, string method, string path, params (string, string)[] headers)
        => web.SendAsync(new(method), path, method is "GET" or "get" or "HEAD" or "TRACE" ? null
            : new StringContent("""{"method":"pause"}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")), headers);

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    private static async Task<(string Name, string Value)> CookieAsync(WebUnderTest web, string token)
    {
        using var login = await web.LogInAsync(token);
        return ("Cookie", Assert.Single(login.Headers.GetValues("Set-Cookie")).Split(';')[0]);
    }
}
