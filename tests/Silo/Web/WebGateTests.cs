using System.Net;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Tests.Web;

public sealed class WebGateTests
{
    private const string Token = "an+owl/in=the?barn";
    private static readonly (string, string) Browser = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    private static readonly (string, string) Right = ("Authorization", $"Bearer {Token}");
    private static readonly (string, string) Wrong = ("Authorization", "Bearer an-owl-in-the-house");

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LocalHost:8080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:8080", HttpStatusCode.OK)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.rebound.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.rebound.example:8080", HttpStatusCode.MisdirectedRequest)]
    [InlineData("192.0.2.1", HttpStatusCode.MisdirectedRequest)]
    public async Task Request_WithoutToken_HasToNameThisMachine(string host, HttpStatusCode expected)
    {
        await using var web = await WebUnderTest.StartAsync();

        using var answer = await web.GetAsync("/", ("Host", host));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.MisdirectedRequest, (await answer.Content.ReadAsStringAsync()).Contains("set Web:Token"));
    }

    [Fact]
    public async Task Request_WithToken_MayNameThisMachineAsItLikes()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var answer = await web.GetAsync("/", ("Host", "miner.example"), Right);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/orleans/")]
    [InlineData("/orleans/DashboardCounters")]
    [InlineData("/nowhere")]
    [InlineData("/login/")]
    [InlineData("/login/login")]
    public async Task Request_NoToken_IsAskedForIt(string path)
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var script = await web.GetAsync(path);
        using var browser = await web.GetAsync(path, Browser);
        using var posting = await web.SendAsync(HttpMethod.Post, path, null, Browser);
        using var basic = await web.GetAsync(path, ("Authorization", "Basic YTpi"));

        Assert.All([script, posting, basic], answer =>
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString())));
        Assert.Equal((HttpStatusCode.Redirect, "/login"), (browser.StatusCode, browser.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Request_RightToken_Passes()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var page = await web.GetAsync("/", Right, Browser);
        using var nowhere = await web.GetAsync("/nowhere", ("authorization", $"bearer {Token}"));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("Orleans dashboard", await page.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }

    [Theory]
    [InlineData("Bearer an-owl-in-the-house")]
    [InlineData("Bearer an+owl/in=the?bar")]
    [InlineData("Bearer an+owl/in=the?barn an+owl/in=the?barn")]
    public async Task Request_WrongToken_IsForbidden(string authorization)
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var answer = await web.GetAsync("/", ("Authorization", authorization), Browser);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Login_RightToken_GivesATicketThatIsNotTheToken()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var form = await web.GetAsync("/login");
        using var login = await web.LogInAsync(Token);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        using var page = await web.GetAsync("/", Browser, ("Cookie", cookie.Split(';')[0]));

        var html = await form.Content.ReadAsStringAsync();
        Assert.Contains("""<form method="post" action="/login">""", html);
        Assert.Contains("type=\"password\"", html);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (login.StatusCode, login.Headers.Location?.OriginalString));
        Assert.Contains("; httponly", cookie);
        Assert.Contains("; samesite=strict", cookie);
        Assert.Contains("; path=/", cookie);
        Assert.DoesNotContain(Token, Uri.UnescapeDataString(cookie));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Ticket_TwelveHoursOld_IsWorthNothing()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });
        var ticket = await TicketAsync(web);

        web.Clock.Advance(LoginTickets.Lifetime - TimeSpan.FromSeconds(2));
        using var before = await web.GetAsync("/", Browser, ticket);
        web.Clock.Advance(TimeSpan.FromSeconds(2));
        using var after = await web.GetAsync("/", Browser, ticket);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (before.StatusCode, after.StatusCode));
    }

    [Fact]
    public void Ticket_OfAnotherToken_IsWorthNothing()
    {
        var tickets = new LoginTickets(Token, TimeProvider.System);

        Assert.Equal(WebRight.Steer, tickets.Read(tickets.Issue(WebRight.Steer)));
        Assert.Equal(WebRight.Look, tickets.Read(tickets.Issue(WebRight.Look)));
        Assert.Equal(WebRight.None, tickets.Read(new LoginTickets("another-token-than-that", TimeProvider.System).Issue(WebRight.Steer)));
        // Nor is one of before a restart: the salt is another.
        Assert.Equal(WebRight.None, tickets.Read(new LoginTickets(Token, TimeProvider.System).Issue(WebRight.Steer)));
    }

    [Fact]
    public void Ticket_Changed_IsWorthNothing()
    {
        var tickets = new LoginTickets(Token, TimeProvider.System);
        var ticket = tickets.Issue(WebRight.Look);
        var (end, proof) = (ticket.Split('.')[0], ticket.Split('.')[2]);

        Assert.All(
            [
                null, "", ".", "..", end, $"{end}.", $"{end}.look.", $"{long.Parse(end) + 1}.look.{proof}", $"0{ticket}", $" {ticket}", $"{ticket}.", $"-{ticket}",
                $"9{ticket}", ticket[..^1], $"99999999999999999999.look.{proof}",
                // The other right, no right, and the same right in other words.
                $"{end}.steer.{proof}", $"{end}..{proof}", $"{end}.{proof}", $"{end}.Look.{proof}", $"{end}.look.steer.{proof}", $"{end}.steer.look.{proof}",
                $"{end}.steer.{tickets.Issue(WebRight.Steer).Split('.')[2][..^1]}", tickets.FormProof(ticket), $"{end}.look.{tickets.FormProof(ticket)}",
            ], changed => Assert.True(tickets.Read(changed) == WebRight.None, $"'{changed}' passed"));
    }

    [Fact]
    public async Task Login_ByGetOrWithoutTheField_GivesNoTicket()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var query = await web.GetAsync($"/login?token={Uri.EscapeDataString(Token)}");
        using var put = await web.SendAsync(HttpMethod.Put, "/login", new FormUrlEncodedContent([KeyValuePair.Create("token", Token)]));
        using var other = await web.SendAsync(HttpMethod.Post, "/login", new FormUrlEncodedContent([KeyValuePair.Create("password", Token)]));
        using var text = await web.SendAsync(HttpMethod.Post, "/login", new StringContent(Token));
        using var tooLong = await web.LogInAsync(new('x', 100_000));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.MethodNotAllowed, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge],
            new[] { query, put, other, text, tooLong }.Select(answer => answer.StatusCode));
        Assert.All([query, put, other, text, tooLong], answer => Assert.False(answer.Headers.Contains("Set-Cookie")));
    }

    [Fact]
    public async Task Token_WrongTooOften_IsTooManyForAMinuteAndTheRightOnePasses()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        for (var i = 0; i < WrongTries.Most; i++)
        {
            using var wrong = i % 2 == 0 ? await web.LogInAsync("an-owl-in-the-house") : await web.GetAsync("/", Wrong);
            Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        }

        using var wrongLogin = await web.LogInAsync("an-owl-in-the-house");
        using var wrongHeader = await web.GetAsync("/", Wrong);
        using var login = await web.LogInAsync(Token);
        using var header = await web.GetAsync("/", Right);
        web.Clock.Advance(WrongTries.Window);
        using var later = await web.GetAsync("/", Wrong);

        Assert.All([wrongLogin, wrongHeader], answer =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal(WrongTries.Window, answer.Headers.RetryAfter?.Delta);
            Assert.True(answer.Headers.ConnectionClose);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        });
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.OK, HttpStatusCode.Forbidden), (login.StatusCode, header.StatusCode, later.StatusCode));
        Assert.Contains($"127.0.0.1 gave {WrongTries.Most} wrong tokens", web.Log.Text);
    }

    [Fact]
    public async Task Token_RightOrWrong_IsInNoLog()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        var ticket = await TicketAsync(web);
        (await web.GetAsync("/", Right)).Dispose();
        (await web.GetAsync("/", Wrong)).Dispose();
        (await web.GetAsync("/", ticket)).Dispose();
        (await web.LogInAsync("an-owl-in-the-house")).Dispose();

        Assert.Contains("/login", web.Log.Text);
        Assert.DoesNotContain(Token, web.Log.Text);
        Assert.DoesNotContain(Uri.EscapeDataString(Token), web.Log.Text);
        Assert.DoesNotContain("an-owl-in-the-house", web.Log.Text);
        Assert.DoesNotContain(ticket.Item2.Split('=')[1], web.Log.Text);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/login")]
    [InlineData("/orleans/")]
    [InlineData("/nowhere")]
    public async Task Answer_Any_TellsTheBrowserToKeepOthersOut(string path)
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        foreach (var headers in new[] { new[] { Browser }, [Right], [] })
        {
            using var answer = await web.GetAsync(path, headers);

            AssertKeepsOthersOut(answer, path == "/orleans/");
        }
    }

    [Theory]
    [InlineData("/fails")]
    [InlineData("/orleans/fails")]
    public async Task Answer_OfWhatFails_IsAnErrorWithTheSameHeadersAndABoundedLog(string path)
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token }, app => app.Use(next => context => context.Request.Path == path
            ? throw new KeyNotFoundException("no such\nkey") : next(context)));

        for (var i = 0; i < 50; i++)
        {
            using var answer = await web.GetAsync(path, Right);

            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.DoesNotContain("key", await answer.Content.ReadAsStringAsync());
            AssertKeepsOthersOut(answer, path == "/orleans/fails");
        }

        Assert.Equal(8, web.Log.Text.Split($"a request for {path} failed: no such?key").Length - 1);
    }

    [Fact]
    public async Task Answer_ToALoginThatIsTooLong_HasTheSameHeaders()
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var answer = await web.LogInAsync(new('x', 100_000));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        AssertKeepsOthersOut(answer, isDashboard: false);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/login")]
    [InlineData("/nowhere")]
    public async Task Head_AnyPage_IsAnsweredAsGetWithoutTheBody(string path)
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = Token });

        using var get = await web.GetAsync(path, Right);
        using var head = await web.SendAsync(HttpMethod.Head, path, null, Right);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        AssertKeepsOthersOut(head, isDashboard: false);
    }

    private static void AssertKeepsOthersOut(HttpResponseMessage answer, bool isDashboard)
    {
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; ", policy);
        Assert.EndsWith("frame-ancestors 'none'", policy);
        Assert.Equal(isDashboard, policy.Contains("'unsafe-inline'"));
        Assert.Contains("script-src 'self'; ", policy);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static async Task<(string, string)> TicketAsync(WebUnderTest web)
    {
        using var login = await web.LogInAsync(Token);
        return ("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }
}
