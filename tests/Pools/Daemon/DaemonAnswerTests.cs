using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;

namespace P2PMiner.Pools.Tests.Daemon;

/// <summary>Answers as a daemon or a proxy before it sends them: packed, without end, failed, or none at all.</summary>
public sealed class DaemonAnswerTests : DaemonConnectionFixture
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Connect_AnswersAreCompressed_AreUnpacked(string encoding)
    {
        Daemon.Encoding = encoding;

        Assert.Equal(3_000_000UL, (await NextJobAsync(await ConnectAsync())).Height);
    }

    [Fact]
    public async Task Connect_CompressedAnswerWithoutEnd_IsCutOff()
    {
        Daemon.Replace["get_block_template"] = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            using var packed = new MemoryStream();
            await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            {
                await gzip.WriteAsync(new byte[64 << 20]);
            }

            await context.Response.Body.WriteAsync(packed.ToArray());
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync());
    }

    [Fact]
    public async Task Connect_AnswerIsNotWhatItsEncodingSays_CannotBeRead()
    {
        Daemon.Replace["get_block_template"] = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("{}");
        };

        Assert.Contains("cannot be unpacked", (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ByteOrderMark_IsNoMatter()
    {
        Daemon.Prefix = [0xef, 0xbb, 0xbf];

        Assert.Equal(3_000_000UL, (await NextJobAsync(await ConnectAsync())).Height);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"code\":0,\"message\":\"\"}")]
    public async Task Connect_EmptyErrorBesideAResult_IsNone(string json)
    {
        Daemon.Change["get_block_template"] = answer => { answer["error"] = JsonNode.Parse(json); return answer; };

        Assert.Equal(3_000_000UL, (await NextJobAsync(await ConnectAsync())).Height);
    }

    [Theory]
    [InlineData("{\"error\":\"no such wallet\"}", "no such wallet")]
    [InlineData("{\"error\":7}", "(code 7)")]
    [InlineData("{\"error\":true}", "true")]
    [InlineData("{\"error\":[1,\"no\"]}", "[1,\"no\"]")]
    [InlineData("{\"error\":{\"code\":\"-5\",\"message\":{\"text\":\"odd\"}}}", "{\"text\":\"odd\"}")]
    [InlineData("{\"error\":{\"code\":-5,\"message\":\"half \\ud83d\"}}", "half \\ud83d")]
    [InlineData("{\"error\":{\"code\":-5,\"message\":\"caf\u00e9\"}}", "caf")]
    public async Task Connect_ErrorOfAnotherForm_IsShown(string body, string expected)
    {
        // As Latin-1, so that the last one is no UTF-8.
        Daemon.Replace["get_block_template"] = context => context.Response.Body.WriteAsync(System.Text.Encoding.Latin1.GetBytes(body)).AsTask();

        Assert.Contains(expected, (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ArbitraryBytes_AreAnAnswerOrAProtocolError()
    {
        byte[] sound = System.Text.Encoding.UTF8.GetBytes(
            new JsonObject { ["error"] = new JsonObject { ["code"] = -7 }, ["result"] = Daemon.SoundTemplate() }.ToJsonString());
        using var client = new DaemonClient(new HttpClient(), "host:1", "4wallet", hasLogin: false, Clock);
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte.Array[0, 8], Gen.Int[0, 40]).Sample((at, bytes, cut) =>
        {
            byte[] changed = [.. sound[..at], .. bytes, .. sound[Math.Min(at + cut, sound.Length)..]];
            try
            {
                client.Read("get_block_template", changed, DaemonJson.Default.TemplateAnswer);
            }
            catch (PoolProtocolException e)
            {
                Assert.StartsWith("host:1 get_block_template: ", e.Message, StringComparison.Ordinal);
            }
        }, iter: 5_000, threads: 1);
    }

    [Fact]
    public async Task Connect_AnswerWithoutEnd_IsCutOff()
    {
        Daemon.Replace["get_block_template"] = async context =>
        {
            var junk = new byte[1 << 20];
            for (var i = 0; i < 64 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(junk, context.RequestAborted);
            }
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync());
    }

    [Fact]
    public async Task Connect_HttpError_IsNamed()
    {
        Daemon.Replace["get_block_template"] = context => { context.Response.StatusCode = 403; return Task.CompletedTask; };

        Assert.Contains("HTTP status 403", (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync())).Message, StringComparison.Ordinal);
    }
}
