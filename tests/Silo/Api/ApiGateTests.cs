using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using P2PMiner.Silo.Tests.Web;
using P2PMiner.Silo.Web;
using static P2PMiner.Silo.Tests.Api.ApiFixtures;

namespace P2PMiner.Silo.Tests.Api;

/// <summary>Who gets in, in which order that is checked, and what the others are told.</summary>
public sealed class ApiGateTests
{
    private const string Token = "an-owl-in-the-barn";
    private static readonly (string, string) Right = ("Authorization", $"Bearer {Token}");

    private static StringContent Json(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    [Theory]
    [InlineData("/1/summary")]
    [InlineData("/2/backends")]
    [InlineData("/api.json")]
    [InlineData("/mmpos")]
    [InlineData("/1/workers")]
    [InlineData("/cluster/1/summary")]
    public async Task Get_WithAToken_NeedsIt(string path)
    {
        await using var web = await MiningAsync(new() { Token = Token });

        using var without = await web.GetAsync(path, ("Accept", "text/html"));
        Assert.Equal("Bearer", without.Headers.WwwAuthenticate.ToString());
        Assert.Equal((401, "Unauthorized"), await ErrorAsync(without));
        Assert.Equal((403, "Forbidden"), await ErrorAsync(await web.GetAsync(path, ("Authorization", "Bearer another-owl-it-is"))));
        Assert.Equal((403, "Forbidden"), await ErrorAsync(await web.GetAsync(path, ("Authorization", $"Basic {Token}"))));
        Assert.Equal((403, "Forbidden"), await ErrorAsync(await web.GetAsync(path, ("Authorization", Token))));
        await web.JsonAsync(path, Right);
    }

    [Fact]
    public async Task Get_TokenThoughNoneIsSet_IsUnauthorizedAsAnXmrigWouldSay()
    {
        await using var web = await MiningAsync();

        Assert.Equal((401, "Unauthorized"), await ErrorAsync(await web.GetAsync("/1/summary", Right)));
        await web.JsonAsync("/mmpos", Right);
    }

    [Fact]
    public async Task Get_FiveWrongTokens_AreTooManyThoughTheRightOnePasses()
    {
        await using var web = await MiningAsync(new() { Token = Token });
        for (var wrong = 0; wrong < WrongTries.Most; wrong++)
        {
            using var answer = await web.GetAsync("/1/summary", ("Authorization", "Bearer another-owl-it-is"));
        }

        using var late = await web.GetAsync("/1/summary", ("Authorization", "Bearer another-owl-it-is"));

        Assert.NotNull(late.Headers.RetryAfter);
        Assert.Equal((429, "Too Many Requests"), await ErrorAsync(late));
        await web.JsonAsync("/1/summary", Right);
    }

    [Fact]
    public async Task Get_OtherHostWithoutToken_IsMisdirected()
    {
        await using var web = await MiningAsync();

        var (status, error) = await ErrorAsync(await web.GetAsync("/1/summary", ("Host", "evil.example")));

        Assert.Equal(421, status);
        Assert.Contains("Web:Token", error);
    }

    [Fact]
    public async Task Ticket_OfAPerson_ReadsAndDoesNotPause()
    {
        await using var web = await MiningAsync(new() { Token = Token, ReadOnly = false });
        using var login = await web.LogInAsync(Token);
        var ticket = ("Cookie", Assert.Single(login.Headers.GetValues("Set-Cookie")).Split(';')[0]);

        await web.JsonAsync("/1/workers", ticket);
        using var pause = await web.SendAsync(HttpMethod.Post, "/json_rpc", Json("""{"method":"pause"}"""), ticket);

        Assert.Equal(HttpStatusCode.Unauthorized, pause.StatusCode);
        Assert.Empty(web.Source.Calls);
    }

    [Theory]
    [InlineData("PATCH", "/1/summary", 405)]
    [InlineData("TRACE", "/json_rpc", 405)]
    [InlineData("BREW", "/api.json", 405)]
    [InlineData("POST", "/json_rpc", 403)]
    [InlineData("PUT", "/1/config", 403)]
    [InlineData("DELETE", "/1/summary", 403)]
    [InlineData("POST", "/mmpos", 405)]
    [InlineData("GET", "/1/config", 403)]
    [InlineData("GET", "/json_rpc", 404)]
    [InlineData("GET", "/1/threads", 404)]
    [InlineData("GET", "/2/", 404)]
    [InlineData("GET", "/1", 404)]
    [InlineData("GET", "/cluster/2/nothing", 404)]
    [InlineData("GET", "/api/v9/none", 404)]
    public async Task Request_ReadOnly_IsAnsweredByThatStatus(string method, string path, int status)
    {
        await using var web = await MiningAsync();

        var (found, error) = await ErrorAsync(await web.SendAsync(new(method), path, method is "GET" or "TRACE" ? null : Json("{}")));

        Assert.Equal(status, found);
        Assert.NotEmpty(error!);
        await web.JsonAsync("/1/summary");
    }

    [Theory]
    [InlineData("POST", "/json_rpc", "text/plain", 415)]
    [InlineData("POST", "/json_rpc", "application/x-www-form-urlencoded", 415)]
    [InlineData("POST", "/json_rpc", null, 415)]
    [InlineData("POST", "/1/summary", "application/json", 405)]
    [InlineData("PUT", "/1/config", "application/json", 405)]
    [InlineData("PUT", "/2/nothing", "application/json", 404)]
    public async Task Request_Writable_IsAnsweredByThatStatus(string method, string path, string? type, int status)
    {
        await using var web = await MiningAsync(new() { ReadOnly = false });
        using var body = new ByteArrayContent("{\"method\":\"pause\"}"u8.ToArray());
        body.Headers.ContentType = type is null ? null : new(type);

        Assert.Equal(status, (await ErrorAsync(await web.SendAsync(new(method), path, body))).Status);
        Assert.Empty(web.Source.Calls);
    }

    [Fact]
    public async Task Get_ConfigOfAWritableOne_IsNotThere()
    {
        await using var web = await MiningAsync(new() { ReadOnly = false });

        Assert.Equal((404, "Not Found"), await ErrorAsync(await web.GetAsync("/2/config")));
        Assert.False((bool)(await web.JsonAsync("/2/summary"))["restricted"]!);
    }

    [Fact]
    public async Task Options_CorsOn_AnswersWithoutATokenAndEveryAnswerMayBeRead()
    {
        await using var web = await MiningAsync(new() { Token = Token, Cors = true });

        using var options = await web.SendAsync(HttpMethod.Options, "/2/summary", null, ("Origin", "https://page.example"));
        using var get = await web.GetAsync("/2/summary", Right);
        using var refused = await web.GetAsync("/2/summary");

        Assert.Equal((HttpStatusCode.OK, ""), (options.StatusCode, await options.Content.ReadAsStringAsync()));
        Assert.All([options, get, refused], answer =>
        {
            Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
            Assert.Equal("GET, PUT, POST, DELETE", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Methods")));
            Assert.Equal("Authorization, Content-Type", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Headers")));
        });
        using var page = await web.GetAsync("/", Right);
        Assert.False(page.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Options_CorsOff_AllowsNothing()
    {
        await using var web = await MiningAsync();

        using var answer = await web.SendAsync(HttpMethod.Options, "/json_rpc", null, ("Origin", "https://page.example"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Head_IsAnsweredAsGetWithoutBody()
    {
        await using var web = await MiningAsync();

        using var answer = await web.SendAsync(HttpMethod.Head, "/1/summary");

        Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task Request_LongPathsAndBodies_AreRefusedAndTheNextIsAnswered()
    {
        await using var web = await MiningAsync(new() { ReadOnly = false });

        using var path = await web.GetAsync("/1/" + new string('x', 6000));
        using var longer = await web.GetAsync("/1/" + new string('x', 60_000));
        using var query = await web.GetAsync("/1/summary?" + new string('x', 6000));
        using var body = await web.SendAsync(HttpMethod.Post, "/json_rpc", Json(new string('[', 100_000)));

        Assert.Equal(HttpStatusCode.NotFound, path.StatusCode);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, longer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, query.StatusCode);
        Assert.Equal((413, "Payload Too Large"), await ErrorAsync(body));
        await web.JsonAsync("/1/summary");
    }

    [Fact]
    public async Task Failure_OfAnAnswer_IsJsonToo()
    {
        await using var web = await MiningAsync();
        web.Source.Failure = new NotSupportedException("made for the test");

        Assert.Equal((500, "Internal Server Error"), await ErrorAsync(await web.GetAsync("/1/summary")));
    }
}
