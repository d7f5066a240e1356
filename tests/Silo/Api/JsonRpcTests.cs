using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using P2PMiner.Silo.Tests.Web;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Tests.Api;

public sealed class JsonRpcTests
{
    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Call_PauseOrResume_IsDoneToThisNode(string method)
    {
        await using var web = await StartAsync();

        var answer = await CallAsync(web, $$"""{"jsonrpc":"2.0","method":"{{method}}","id":7}""");

        Assert.Equal("""{"result":{"status":"OK"},"jsonrpc":"2.0","id":7}""", answer.ToJsonString());
        Assert.Equal([method], web.Source.Calls);
    }

    [Theory]
    [InlineData("""{"method":"stop","id":1}""", -32601, "Method not found", "1")]
    [InlineData("""{"method":"Pause","id":"a"}""", -32601, "Method not found", "\"a\"")]
    [InlineData("""{"method":"pause","params":3,"id":1}""", -32602, "Invalid params", "1")]
    [InlineData("""{"id":2}""", -32600, "Invalid Request", "2")]
    [InlineData("""{"method":5,"id":2}""", -32600, "Invalid Request", "2")]
    [InlineData("""{"method":null}""", -32600, "Invalid Request", null)]
    [InlineData("""{"method":"pause","method":"resume"}""", -32600, "Invalid Request", null)]
    [InlineData("""[{"method":"pause"}]""", -32600, "Invalid Request", null)]
    [InlineData("\"pause\"", -32600, "Invalid Request", null)]
    [InlineData("null", -32600, "Invalid Request", null)]
    [InlineData("", -32700, "Parse error", null)]
    [InlineData("{\"method\":\"pause\"", -32700, "Parse error", null)]
    [InlineData("method=pause", -32700, "Parse error", null)]
    public async Task Call_Wrong_IsToldByItsCodeAndNothingIsDone(string body, int code, string message, string? id)
    {
        await using var web = await StartAsync();

        var answer = await CallAsync(web, body);

        Assert.Equal((code, message, id), ((int)answer["error"]!["code"]!, (string)answer["error"]!["message"]!, answer["id"]?.ToJsonString()));
        Assert.Null(answer["result"]);
        Assert.Empty(web.Source.Calls);
    }

    [Fact]
    public async Task Call_DeepNesting_IsAParseError()
    {
        await using var web = await StartAsync();

        var answer = await CallAsync(web, new string('[', 8000));

        Assert.Equal(-32700, (int)answer["error"]!["code"]!);
    }

    [Fact]
    public async Task Call_OddIds_AreNotEchoed()
    {
        await using var web = await StartAsync();

        Assert.Null((await CallAsync(web, """{"method":"pause","id":{"a":[1]}}"""))["id"]);
        Assert.Null((await CallAsync(web, """{"method":"pause"}"""))["id"]);
        Assert.Equal("1.5", (await CallAsync(web, """{"method":"pause","id":1.5}"""))["id"]!.ToJsonString());
    }

    [Fact]
    public async Task Call_AnyBytes_HasAnAnswer()
    {
        await using var web = await StartAsync();

        await Gen.Byte.Array[0, 200].SampleAsync(
            async bytes =>
            {
                using var content = new ByteArrayContent(bytes);
                content.Headers.ContentType = new("application/json");
                using var answer = await web.SendAsync(HttpMethod.Post, "/json_rpc", content);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]);
            },
            iter: 100);
        Assert.Empty(web.Source.Calls);
    }

    private static Task<WebUnderTest> StartAsync() => WebUnderTest.StartAsync(new() { ReadOnly = false });

    private static async Task<JsonNode> CallAsync(WebUnderTest web, string body)
    {
        using var answer = await web.SendAsync(HttpMethod.Post, "/json_rpc", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
