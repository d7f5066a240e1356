using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using P2PMiner.Silo.Tests.Pages;
using static P2PMiner.Silo.Tests.Api.ApiFixtures;

namespace P2PMiner.Silo.Tests.Api;

/// <summary>Whatever is sent to any path has a clear answer, and the next request is answered as if nothing had been.</summary>
public sealed class AnyRequestTests
{
    private static readonly string[] Paths =
    [
        "/1/summary", "/2/summary", "/api.json", "/2/backends", "/1/workers", "/cluster/1/summary", "/cluster/1/workers", "/mmpos", "/metrics", "/json_rpc",
        "/1/config", "/api/v1/cluster", "/api/v1/nodes", "/api/v1/pools", "/api/v1/history", "/api/v1/history.csv", "/api/v1/events", "/api/v1/none", "/1", "/api",
    ];

    private static readonly string[] Pages =
        ["/", "/pools", "/events", "/nodes/00000010000000000000000000000000", "/nodes/cellar", "/nodes/%20", "/style.css", "/live.js", "/login", "/nowhere", "/steer/x"];

    /// <summary>Of each kind; more in the soak.</summary>
    private static readonly int Requests = Environment.GetEnvironmentVariable("SOAK_MINUTES") is null ? 1000 : 10_000;

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "X"];
    private static readonly string[] Types = ["application/json", "text/plain", "application/x-www-form-urlencoded", "a/b; c=d"];

    private static readonly Gen<string> Queries = OneOf("", "?range=9h", "?range=", "?range=7d&sort=-rate", "?sort=%22", "?notice=1", "?most=-1", "?node=%00", "?from=1&to=2", "?%ff=%fe", "?a=b&a=c");

    private static readonly Gen<string> Bodies = Gen.OneOf(
        Gen.String[0, 300], OneOf("{}", "[]", "{\"method\":\"pause\"}", "{\"method\":\"stop\"}", new string('[', 5000), "{\"a\":1,\"a\":2}", "\u0000"));

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_Any_IsAnsweredAndNoneFailsHere(bool isReadOnly)
    {
        await using var web = await MiningAsync(new() { ReadOnly = isReadOnly });
        using var client = web.Client();

        await Gen.Select(OneOf(Methods), OneOf(Paths), Queries, OneOf(Types), Bodies).SampleAsync(
            async (method, path, query, type, body) =>
            {
                using var request = new HttpRequestMessage(new(method), path + query);
                if (method is not ("GET" or "HEAD" or "TRACE"))
                {
                    request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                }

                using var answer = await client.SendAsync(request);
                var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());

                Assert.True(status is 200 or (>= 400 and < 500), $"{method} {path}{query}: {status} {text}");
                if (status >= 400 && method != "HEAD")
                {
                    Assert.Equal(status, (int)JsonNode.Parse(text)!["status"]!);
                }
            },
            iter: Requests);

        Assert.True(!isReadOnly || web.Source.Calls.Count == 0, "something was steered");
        Assert.Equal(3, (int)(await web.JsonAsync("/1/summary"))["results"]!["shares_good"]!);
    }

    [Fact]
    public async Task Request_AnyToAPage_IsAnsweredAndNoneFailsHere()
    {
        await using var web = await MiningAsync();
        using var client = web.Client();

        await Gen.Select(OneOf(Methods), OneOf(Pages), Queries, OneOf("text/html", "*/*", "\""), Bodies).SampleAsync(
            async (method, path, query, accept, body) =>
            {
                using var request = new HttpRequestMessage(new(method), path + query);
                request.Headers.TryAddWithoutValidation("Accept", accept);
                if (method is not ("GET" or "HEAD" or "TRACE"))
                {
                    request.Content = new StringContent(body);
                }

                using var answer = await client.SendAsync(request);

                Assert.True((int)answer.StatusCode is 200 or (>= 400 and < 500), $"{method} {path}{query}: {answer.StatusCode}");
                Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            },
            iter: Requests);

        Assert.Empty(web.Source.Calls);
        Assert.Contains("attic", await web.HtmlAsync("/"));
    }
}
