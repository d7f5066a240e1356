using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

public sealed class DaemonConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger<DaemonConnector> _log = new();
    private FakeDaemon _daemon = null!;
    private IPoolConnection? _connection;
    private readonly PoolStatistics _statistics = new();
    private ulong _serial;

    public async ValueTask InitializeAsync() => _daemon = await FakeDaemon.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().AsTask().WaitAsync(Patience);
        }

        await _daemon.DisposeAsync();
    }

    [Fact]
    public async Task Connect_SoundTemplate_IsAJobWithEverythingInIt()
    {
        var connection = await ConnectAsync();

        var job = await NextJobAsync(connection);

        Assert.Equal((1UL, 39, 3_000_000UL), (job.Serial, job.NonceOffset, job.Height!.Value));
        Assert.Equal(Target.FromDifficulty(1000), job.Target);
        Assert.Equal(NonceRange.All, job.Nonces);
        Assert.Equal((new string('a', 64), null), (job.Seed.Hex, job.NextSeed));
        Assert.Equal(Convert.ToHexStringLower(FakeDaemon.Hash(3_000_000)), job.Parent);
        Assert.Equal($"127.0.0.1:{_daemon.Port}", job.Pool);
        Assert.Equal(job.Blob, MoneroBlobBuilder.Create((MoneroBlockTemplate)job.Template!).HashingBlob(0));
        Assert.Equal(new PoolPeer("127.0.0.1", null, null), connection.Peer);
    }

    [Fact]
    public async Task Connect_NextSeedAndWideDifficulty_AreRead()
    {
        ChangeTemplate(template =>
        {
            template["next_seed_hash"] = new string('c', 64);
            template["wide_difficulty"] = "0xf0000000000000000";
            template["difficulty"] = 0;
        });

        var job = await NextJobAsync(await ConnectAsync());

        Assert.Equal(new string('c', 64), job.NextSeed!.Hex);
        Assert.Equal(Target.FromDifficulty(System.Numerics.BigInteger.Parse("276701161105643274240", null)), job.Target);
    }

    [Theory]
    [InlineData("blocktemplate_blob", "\"0\"", "blocktemplate_blob '0' is not an even number of hex digits")]
    [InlineData("blocktemplate_blob", "\"1010\"", "timestamp at byte 2")]
    [InlineData("blocktemplate_blob", "null", "blocktemplate_blob is missing")]
    [InlineData("blockhashing_blob", "\"00\"", "blockhashing_blob is not what we compute")]
    [InlineData("reserved_offset", "-1", "reserved bytes at -1")]
    [InlineData("reserved_offset", "2147483647", "reserved bytes at 2147483647")]
    [InlineData("reserved_offset", "\"x\"", "the answer cannot be read")]
    [InlineData("prev_hash", "\"12\"", "prev_hash '12' is not 64 hex digits")]
    [InlineData("seed_hash", "\"\"", "seed_hash '' is not 64 hex digits")]
    [InlineData("next_seed_hash", "\"zz\"", "next_seed_hash 'zz' is not")]
    [InlineData("wide_difficulty", "\"0x0\"", "missing or zero")]
    [InlineData("wide_difficulty", "\"-1\"", "wide_difficulty '-1' is not 0x")]
    [InlineData("status", "\"Failed\"", "status Failed")]
    public async Task Connect_FieldOfTheTemplateIsWrong_TheErrorNamesIt(string field, string json, string expected)
    {
        ChangeTemplate(template => template[field] = JsonNode.Parse(json));

        var error = await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync());

        Assert.StartsWith($"127.0.0.1:{_daemon.Port} get_block_template: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("this is no JSON", "the answer cannot be read")]
    [InlineData("null", "the answer is null")]
    [InlineData("{}", "the answer has no result")]
    [InlineData("[]", "the answer cannot be read")]
    [InlineData("{\"error\":{\"code\":-5,\"message\":\"odd\\n4wallet here\"}}", "odd?(wallet address) here (code -5)")]
    public async Task Connect_AnswerIsNotATemplate_IsOneClearLine(string body, string expected)
    {
        _daemon.Replace["get_block_template"] = context => context.Response.WriteAsync(body);

        var error = await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("-1")]
    [InlineData("3000000.0")]
    [InlineData("[3000000]")]
    [InlineData("1e99")]
    public async Task Connect_HeightIsUnknown_TheBlockTellsIt(string json)
    {
        ChangeTemplate(template => template["height"] = JsonNode.Parse(json));

        Assert.Equal(3_000_000UL, (await NextJobAsync(await ConnectAsync())).Height);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("-1")]
    [InlineData("1000.0")]
    public async Task Connect_DifficultyIsUnknown_TheWideOneTellsIt(string json)
    {
        ChangeTemplate(template => template["difficulty"] = JsonNode.Parse(json));

        Assert.Equal(Target.FromDifficulty(1000), (await NextJobAsync(await ConnectAsync())).Target);
    }

    [Theory]
    [InlineData("{\"height\":\"\",\"status\":\"OK\"}")]
    [InlineData("{\"height\":-1,\"status\":\"OK\"}")]
    [InlineData("{\"height\":3350000.0,\"status\":\"OK\"}")]
    [InlineData("rubbish")]
    [InlineData("")]
    public async Task Poll_HeightIsUnknown_TheTemplateTells(string body)
    {
        var connection = await ConnectAsync();
        var first = await NextJobAsync(connection);
        _daemon.Replace["getheight"] = context => context.Response.WriteAsync(body);
        _daemon.MoveOn();

        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out _), "a job of the next block");

        Assert.Equal(first.Height + 1, (await NextJobAsync(connection)).Height);
    }

    [Fact]
    public async Task Poll_HeightIsUnknownButTheHashIsThere_NoTemplateIsNeeded()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Replace["getheight"] = context => context.Response.WriteAsync($"{{\"height\":\"\",\"hash\":\"{job.Parent}\"}}");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => _daemon.Asked.Count == 2, "a poll");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => _daemon.Asked.Count == 3, "another");

        Assert.Single(_daemon.Asked, method => method == "get_block_template");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Connect_AnswersAreCompressed_AreUnpacked(string encoding)
    {
        _daemon.Encoding = encoding;

        Assert.Equal(3_000_000UL, (await NextJobAsync(await ConnectAsync())).Height);
    }

    [Fact]
    public async Task Connect_CompressedAnswerWithoutEnd_IsCutOff()
    {
        _daemon.Replace["get_block_template"] = async context =>
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
        _daemon.Replace["get_block_template"] = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("{}");
        };

        Assert.Contains("cannot be unpacked", (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ByteOrderMark_IsNoMatter()
    {
        _daemon.Prefix = [0xef, 0xbb, 0xbf];

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
        _daemon.Change["get_block_template"] = answer => { answer["error"] = JsonNode.Parse(json); return answer; };

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
        _daemon.Replace["get_block_template"] = context => context.Response.Body.WriteAsync(System.Text.Encoding.Latin1.GetBytes(body)).AsTask();

        Assert.Contains(expected, (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ArbitraryBytes_AreAnAnswerOrAProtocolError()
    {
        byte[] sound = System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["error"] = new JsonObject { ["code"] = -7 }, ["result"] = _daemon.SoundTemplate() }.ToJsonString());
        using var client = new DaemonClient(new HttpClient(), "host:1", "4wallet", hasLogin: false, _clock);
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
        _daemon.Replace["get_block_template"] = async context =>
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
        _daemon.Replace["get_block_template"] = context => { context.Response.StatusCode = 403; return Task.CompletedTask; };

        Assert.Contains("HTTP status 403", (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "the daemon wants the login of its --rpc-login; give it as RpcLogin")]
    [InlineData("miner:geheim", "the daemon does not take the login given as RpcLogin or in the URL")]
    public async Task Connect_DaemonWantsAnotherLogin_IsALoginErrorThatNamesIt(string? login, string expected)
    {
        _daemon.Replace["get_block_template"] = context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Digest qop=\"auth\",algorithm=MD5,realm=\"monero-rpc\",nonce=\"c2FsdA==\",stale=false";
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<PoolLoginException>(() => ConnectAsync(change: entry => entry.RpcLogin = login));

        Assert.StartsWith($"127.0.0.1:{_daemon.Port} get_block_template: HTTP status 401: {expected}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ServerAsksForThePasswordItself_DoesNotGetIt()
    {
        var headers = new System.Collections.Concurrent.ConcurrentQueue<string>();
        _daemon.Replace["get_block_template"] = context =>
        {
            headers.Enqueue(context.Request.Headers.Authorization.ToString());
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"monero-rpc\"";
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<PoolLoginException>(() => ConnectAsync(change: entry => entry.RpcLogin = "miner:geheim"));

        Assert.Equal([""], headers);
    }

    [Fact]
    public async Task Connect_NobodyThere_IsTheTransportsError()
    {
        var port = _daemon.Port;
        await _daemon.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: $"daemon+http://127.0.0.1:{port}"));
    }

    [Fact]
    public void Read_MutatedTemplate_IsReadOrAProtocolError()
    {
        var fields = _daemon.SoundTemplate().Select(pair => pair.Key).ToArray();
        var values = Gen.OneOf(
            Gen.String.Select(text => (JsonNode?)JsonValue.Create(text)), Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Byte.Array.Select(bytes => (JsonNode?)JsonValue.Create(Convert.ToHexStringLower(bytes))), Gen.Const((JsonNode?)null));
        Gen.Select(Gen.Int[0, fields.Length - 1].Select(i => fields[i]), values).Array[1, 3].Sample(changes =>
        {
            var template = _daemon.SoundTemplate();
            foreach (var (field, value) in changes)
            {
                template[field] = value?.DeepClone();
            }

            try
            {
                var read = System.Text.Json.JsonSerializer.Deserialize(template.ToJsonString(), DaemonJson.Default.TemplateResult)!;
                DaemonTemplate.Read(read, reserveSize: 4);
            }
            catch (Exception e) when (e is PoolProtocolException or System.Text.Json.JsonException)
            {
            }
        }, iter: 2_000, threads: 1);
    }

    [Fact]
    public async Task Poll_ChainMovedOn_BringsAJobWithAnotherParent()
    {
        var connection = await ConnectAsync();
        var first = await NextJobAsync(connection);

        _daemon.MoveOn();
        _clock.Advance(TimeSpan.FromSeconds(1));

        var second = await NextJobAsync(connection);
        Assert.Equal((first.Height + 1, first.Serial + 1), (second.Height, second.Serial));
        Assert.NotEqual(first.Parent, second.Parent);
        Assert.NotEqual(first.JobId, second.JobId);
    }

    [Fact]
    public async Task Poll_NothingNew_AsksForATemplateOnlyAfterFifteenSeconds()
    {
        var connection = await ConnectAsync();
        var first = await NextJobAsync(connection);
        for (var second = 1; second < 15; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => _daemon.Asked.Count(method => method == "getheight") == second, $"poll {second}");
        }

        Assert.Single(_daemon.Asked, method => method == "get_block_template");
        _clock.Advance(TimeSpan.FromSeconds(1));

        var refreshed = await NextJobAsync(connection);
        Assert.Equal(first.Parent, refreshed.Parent);
        Assert.NotEqual(first.Blob, refreshed.Blob);
    }

    [Fact]
    public async Task Poll_DaemonBusyForAWhile_GoesOnAfterwards()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        _daemon.Change["get_block_template"] = _ => JsonNode.Parse("""{"error":{"code":-9,"message":"Core is busy"}}""");
        _daemon.MoveOn();
        for (var second = 0; second < 20; second++)
        {
            var asked = _daemon.Asked.Count;
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => _daemon.Asked.Count > asked, "the busy daemon is asked again");
        }

        Assert.False(connection.Jobs.Completion.IsCompleted);
        _daemon.Change.Clear();
        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out _), "a job after the daemon was busy");
    }

    [Fact]
    public async Task Poll_SilentForTenSeconds_EndsTheConnectionWithTheTransportsError()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        await _daemon.DisposeAsync();

        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return connection.Jobs.Completion.IsCompleted;
        }, "the connection ends");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => connection.Jobs.Completion);
        Assert.True(error is HttpRequestException or TimeoutException, $"{error}");
        Assert.True(_clock.GetUtcNow() - _clock.Start >= TimeSpan.FromSeconds(10), "it gave up early");
    }

    [Fact]
    public async Task Poll_TemplateGoesBad_EndsTheConnectionWithAProtocolError()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        ChangeTemplate(template => template["blockhashing_blob"] = "00");
        _daemon.MoveOn();
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<PoolProtocolException>(() => connection.Jobs.Completion.WaitAsync(Patience));
    }

    [Fact]
    public async Task Zmq_NoticeOfABlock_BringsAJobWithoutTheTimer()
    {
        using var publisher = new FakePublisher();
        var subscribing = publisher.AcceptAsync();
        var connection = await ConnectAsync(zmq: publisher.Address);
        var first = await NextJobAsync(connection);
        _daemon.MoveOn();

        await using var subscriber = await Eventually.ComesAsync(subscribing, "a subscription");
        await subscriber.WriteAsync(FakePublisher.Notice);

        // The clock stands still, so no timer has a part in this.
        Assert.Equal(first.Height + 1, (await NextJobAsync(connection)).Height);
    }

    [Theory]
    [InlineData("tcp://no-such-host.invalid:18083")]
    [InlineData("tcp://127.0.0.1:1")]
    public async Task Zmq_NobodyThere_JobsComeByPolling(string zmq)
    {
        var connection = await ConnectAsync(zmq: zmq);
        var first = await NextJobAsync(connection);
        _daemon.MoveOn();
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(first.Height + 1, (await NextJobAsync(connection)).Height);
    }

    [Fact]
    public async Task Submit_Block_HoldsExtraNonceAndNonce()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Change["get_block_header_by_height"] = answer => { answer.Remove("result"); return answer; };

        var result = await SubmitAsync(connection, job, extraNonce: 0x0a0b0c0d, nonce: 0x01020304);

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), result);
        var template = (MoneroBlockTemplate)job.Template!;
        var expected = template.Block.ToArray();
        new byte[] { 0x0d, 0x0c, 0x0b, 0x0a }.CopyTo(expected, template.ReservedOffset);
        new byte[] { 4, 3, 2, 1 }.CopyTo(expected, 39);
        Assert.Equal(Convert.ToHexStringLower(expected), Assert.Single(_daemon.Submitted));
        await NextJobAsync(connection);   // a new template at once: the clock stands
    }

    [Theory]
    [InlineData(-7, "Block not accepted", false, ShareOutcome.Rejected)]
    [InlineData(-7, "Block not accepted", true, ShareOutcome.Stale)]
    [InlineData(-6, "Wrong block blob", true, ShareOutcome.Rejected)]
    public async Task Submit_Refused_IsStaleOnlyWhenTheChainHasAnotherBlock(int code, string message, bool chainHasAnother, ShareOutcome outcome)
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Change["submit_block"] = _ => new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };
        if (!chainHasAnother)
        {
            _daemon.Change["get_block_header_by_height"] = answer => { answer.Remove("result"); return answer; };
        }

        Assert.Equal(new SubmitResult(outcome, message), await SubmitAsync(connection, job));
    }

    [Fact]
    public async Task Submit_DaemonBusy_IsAskedAgain()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Change["get_block_header_by_height"] = answer => { answer.Remove("result"); return answer; };
        _daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-9,"message":"Core is busy"}}""");

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => _daemon.Submitted.Count > 1, "a second try");
        Assert.False(submitting.IsCompleted);
        _daemon.Change.TryRemove("submit_block", out var _);
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(ShareOutcome.Accepted, (await submitting).Outcome);
    }

    [Fact]
    public async Task Submit_AnswerWasLost_TheSecondTryFindsItAccepted()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        var id = MoneroBlobBuilder.Create((MoneroBlockTemplate)job.Template!).BlockId(1, 2);
        _daemon.Replace["submit_block"] = context => { context.Abort(); return Task.CompletedTask; };
        _daemon.Change["get_block_header_by_height"] =
            answer => { answer["result"]!["block_header"]!["hash"] = id.ToString(); return answer; };

        var submitting = SubmitAsync(connection, job);
        await Eventually.HoldsAsync(() => !_daemon.Submitted.IsEmpty, "the first try");
        _daemon.Replace.Clear();
        _daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-7,"message":"Block not accepted"}}""");
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the second try");

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
        Assert.True(_daemon.Submitted.Count >= 2);
    }

    [Fact]
    public async Task Submit_ConnectionClosedMeanwhile_IsATransportError()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Replace["submit_block"] = async context => await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
        var submitting = SubmitAsync(connection, job);
        await Eventually.HoldsAsync(() => !_daemon.Submitted.IsEmpty, "the block arrives");

        await connection.DisposeAsync().AsTask().WaitAsync(Patience);

        await Assert.ThrowsAsync<IOException>(() => submitting.WaitAsync(Patience));
    }

    [Fact]
    public async Task Submit_ConnectionClosedBetweenTwoTries_IsATransportError()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Replace["submit_block"] = Abort;
        var submitting = SubmitAsync(connection, job);
        await _log.WaitAsync("waits");

        await connection.DisposeAsync().AsTask().WaitAsync(Patience);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<IOException>(() => submitting.WaitAsync(Patience));
    }

    [Fact]
    public async Task Submit_AfterTheConnectionWasClosed_IsATransportError()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        await connection.DisposeAsync().AsTask().WaitAsync(Patience);

        await Assert.ThrowsAsync<IOException>(() => SubmitAsync(connection, job).WaitAsync(Patience));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task Submit_HttpStatusThatPasses_IsAskedAgain(int status)
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        HasOwnBlock(job);
        _daemon.Replace["submit_block"] = context => { context.Response.StatusCode = status; return Task.CompletedTask; };

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => _daemon.Submitted.Count > 1, "a second try");
        _daemon.Replace.Clear();
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
        Assert.Equal(1, _log.Count($"waits: 127.0.0.1:{_daemon.Port} submit_block: HTTP status {status}"));
        Assert.True(_statistics.Snapshot(default, null, null, default, null).RetriedRequests > 0);
    }

    [Theory]
    [InlineData("<html>wait a moment</html>")]
    [InlineData("null")]
    [InlineData("{\"result\":[]}")]
    public async Task Submit_AnswerCannotBeRead_IsNoVerdict(string body)
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        HasOwnBlock(job);
        _daemon.Replace["submit_block"] = context => context.Response.WriteAsync(body);

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => _daemon.Submitted.Count > 1, "a second try");
        _daemon.Replace.Clear();
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(ShareOutcome.Accepted, (await submitting).Outcome);
    }

    [Theory]
    [InlineData(200, "rubbish")]
    [InlineData(200, "{\"result\":{\"block_header\":{\"hash\":\"zz\"}}}")]
    [InlineData(200, "{\"result\":{\"block_header\":{\"hash\":7}}}")]
    [InlineData(200, "{\"error\":{\"code\":-9,\"message\":\"Core is busy\"}}")]
    [InlineData(200, "{\"result\":{\"status\":\"BUSY\"}}")]
    [InlineData(404, "")]
    [InlineData(502, "")]
    public async Task Submit_TakenButTheHeaderCannotBeRead_IsAccepted(int status, string header)
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        AnswerHeader(status, header);

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await SubmitAsync(connection, job).WaitAsync(Patience));
    }

    [Theory]
    [InlineData(200, "rubbish")]
    [InlineData(502, "")]
    public async Task Submit_NotAcceptedAndTheHeaderCannotBeReadAtFirst_IsAskedAgain(int status, string header)
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        HasOwnBlock(job);
        AnswerHeader(status, header);
        _daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-7,"message":"Block not accepted"}}""");

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => _daemon.Submitted.Count > 1, "a second try");
        _daemon.Replace.Clear();
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
    }

    [Fact]
    public async Task Submit_NotAcceptedAndTheHeaderCanNeverBeRead_IsRejectedInTheEnd()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        AnswerHeader(200, "rubbish");
        _daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-7,"message":"Block not accepted"}}""");

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(new SubmitResult(ShareOutcome.Rejected, "Block not accepted"), await submitting);
    }

    [Fact]
    public async Task Submit_ChainGoesOnAndTheHeaderCanNeverBeRead_IsNotSaidToBeWithoutTheBlock()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Replace["submit_block"] = Abort;
        var submitting = SubmitAsync(connection, job);
        await _log.WaitAsync("waits");
        HasOwnBlock(job);
        _daemon.MoveOn();
        AnswerHeader(200, "rubbish");

        await AdvanceUntilAsync(() => submitting.IsCompleted, "the outcome");

        Assert.Equal(new SubmitResult(ShareOutcome.Rejected, "the chain went on, and the daemon does not tell whether with it"), await submitting);
    }

    [Theory]
    [InlineData(true, ShareOutcome.Accepted)]    // it had got through, and only the answer was lost
    [InlineData(false, ShareOutcome.Stale)]
    public async Task Submit_ChainGoesOnWhileTheBlockWaits_IsLookedForAndNotSentAgain(bool isOwn, ShareOutcome outcome)
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        _daemon.Replace["submit_block"] = Abort;
        var submitting = SubmitAsync(connection, job);
        await _log.WaitAsync("waits");
        if (isOwn)
        {
            HasOwnBlock(job);
        }

        _daemon.MoveOn();
        AnswerHeader(502, "");
        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out var next) && next.Parent != job.Parent, "the next job");
        var sent = _daemon.Submitted.Count;
        _daemon.Replace.TryRemove("get_block_header_by_height", out _);
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the outcome");

        Assert.Equal(outcome, (await submitting).Outcome);
        Assert.InRange(_daemon.Submitted.Count - sent, 0, 1);   // one may have been on its way
    }

    [Fact]
    public async Task Poll_HttpErrorsForAWhile_AreLikeNoAnswer()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        Func<HttpContext, Task> unavailable = context => { context.Response.StatusCode = 503; return Task.CompletedTask; };
        _daemon.Replace["getheight"] = _daemon.Replace["get_block_template"] = unavailable;
        for (var second = 0; second < 8; second++)
        {
            var asked = _daemon.Asked.Count;
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => _daemon.Asked.Count > asked, "it is asked again");
        }

        Assert.False(connection.Jobs.Completion.IsCompleted);
        _daemon.Replace.Clear();
        _daemon.MoveOn();
        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out _), "a job after that");
    }

    [Fact]
    public async Task Poll_HttpErrorsForTenSeconds_EndTheConnection()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        _daemon.Replace["getheight"] = _daemon.Replace["get_block_template"] = context => { context.Response.StatusCode = 503; return Task.CompletedTask; };

        await AdvanceUntilAsync(() => connection.Jobs.Completion.IsCompleted, "the end");

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => connection.Jobs.Completion);
        Assert.Contains("HTTP status 503", error.Message, StringComparison.Ordinal);
        Assert.True(_clock.GetUtcNow() - _clock.Start >= TimeSpan.FromSeconds(10), "it gave up early");
    }

    [Fact]
    public async Task Connect_Https_ObeysPinAndStrictMode()
    {
        using var certificate = TestCertificate.Create();
        await using var secure = await FakeDaemon.StartAsync(certificate);
        var url = $"daemon+https://127.0.0.1:{secure.Port}";
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

        _connection = await ConnectAsync(url: url, change: entry => entry.TlsFingerprint = fingerprint.ToUpperInvariant());
        Assert.Equal(fingerprint, _connection.Peer.TlsFingerprint);
        Assert.StartsWith("TLSv1.", _connection.Peer.Tls, StringComparison.Ordinal);

        await using var unpinned = await ConnectAsync(url: url);
        Assert.Equal(fingerprint, unpinned.Peer.TlsFingerprint);
        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: url, change: entry => entry.TlsFingerprint = new string('0', 64)));
        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: url, change: entry => entry.TlsStrict = true));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("me:secret")]
    [InlineData("me:p@ss:w@rd/%40#?")]   // taken as it is written
    public async Task Connect_ThroughSocks5_TheProxyResolvesTheNameAndGetsTheLogin(string? login)
    {
        using var proxy = new FakeSocks5 { Login = login };
        _ = proxy.ServeAsync(_daemon.Port);

        var connection = await ConnectAsync(
            url: "daemon+http://daemon.invalid:18081", change: entry => entry.Socks5 = login is null ? proxy.Address : $"{login}@{proxy.Address}");

        Assert.Equal("3:daemon.invalid:18081", proxy.Asked);
        Assert.Equal(new PoolPeer(null, null, null), connection.Peer);
        Assert.Equal("daemon.invalid:18081", (await NextJobAsync(connection)).Pool);
    }

    [Fact]
    public async Task Connect_ProxyRefusesTheLogin_SaysSoWithoutThePassword()
    {
        using var proxy = new FakeSocks5 { Login = "me:right" };
        _ = proxy.ServeAsync(_daemon.Port);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(change: entry => entry.Socks5 = $"me:wrong@{proxy.Address}"));

        Assert.Equal($"proxy {proxy.Address} refuses the user or password", error.GetBaseException().Message);
    }

    [Fact]
    public async Task Connect_TlsWhereThereIsNoneOrTheReverse_AsksForTheOther()
    {
        using var certificate = TestCertificate.Create();
        await using var secure = await FakeDaemon.StartAsync(certificate);

        var plain = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: $"daemon+http://127.0.0.1:{secure.Port}"));
        var tls = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: $"daemon+https://127.0.0.1:{_daemon.Port}"));

        Assert.Equal("the other side hung up before it said anything: does this port want TLS (daemon+https://)?", PoolText.Reason(plain));
        Assert.StartsWith("no TLS handshake: does this port speak TLS? (", PoolText.Reason(tls));
    }

    private void ChangeTemplate(Action<JsonObject> change) => _daemon.Change["get_block_template"] = answer =>
    {
        change((JsonObject)answer["result"]!);
        return answer;
    };

    [Fact]
    public async Task Connect_SeveralAlgorithms_TheFirstVersionOfRandomXIsMined()
    {
        var connection = await ConnectAsync(algorithms: [Algorithm.GhostRider, Algorithm.RandomXV2, Algorithm.RandomX]);

        Assert.Equal(Algorithm.RandomXV2, (await NextJobAsync(connection)).Algorithm);
    }

    [Fact]
    public async Task Connect_GhostRiderAlone_Throws()
        => Assert.Contains("solo mining needs rx/0 or rx/2", (await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync(algorithms: [Algorithm.GhostRider]))).Message);

    private async Task<IPoolConnection> ConnectAsync(string? zmq = null, string? url = null, Action<PoolEntry>? change = null, Algorithm[]? algorithms = null)
    {
        var entry = new PoolEntry { Url = url ?? $"daemon+http://127.0.0.1:{_daemon.Port}", User = "4wallet", Zmq = zmq };
        change?.Invoke(entry);
        Assert.True(PoolUrl.TryParse(entry.Url, out var parsed, out _));
        var connector = new DaemonConnector(_clock, _log);
        Assert.True(connector.Handles(new(parsed, new(), [Algorithm.RandomX])));
        var connection = await connector.ConnectAsync(new(parsed, entry, algorithms ?? [Algorithm.RandomX]), () => ++_serial, _statistics, default).WaitAsync(Patience);
        _connection ??= connection;
        return connection;
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>The chain has at its height what <see cref="SubmitAsync"/> hands in.</summary>
    private void HasOwnBlock(PoolJob job)
    {
        var id = MoneroBlobBuilder.Create((MoneroBlockTemplate)job.Template!).BlockId(1, 2);
        _daemon.Change["get_block_header_by_height"] = answer =>
        {
            answer["result"]!["block_header"]!["hash"] = id.ToString();
            return answer;
        };
    }

    private void AnswerHeader(int status, string body) => _daemon.Replace["get_block_header_by_height"] = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    };

    private static async Task<PoolJob> NextJobAsync(IPoolConnection connection) => await connection.Jobs.ReadAsync().AsTask().WaitAsync(Patience);

    private static Task<SubmitResult> SubmitAsync(IPoolConnection connection, PoolJob job, uint extraNonce = 1, uint nonce = 2) =>
        connection.SubmitAsync(job, new() { JobSerial = job.Serial, ExtraNonce = extraNonce, Nonce = nonce, Hash = default }, default);

    // Step by step with the polling: on a busy machine a free-running clock would let requests time out.
    private async Task AdvanceUntilAsync(Func<bool> condition, string what)
    {
        for (var second = 0; !condition(); second++)
        {
            Assert.True(second < 100, $"did not come, however much time passed: {what}");
            var asked = _daemon.Asked.Count;
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => condition() || _daemon.Asked.Count > asked, what);
        }
    }
}
