using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class StratumConnectionTests : IAsyncDisposable
{
    private const string Wallet = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";

    private readonly FakePool _pool = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger _log = new();
    private IPoolConnection? _connection;
    private readonly PoolStatistics _statistics = new();
    private ulong _serial;

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        await _pool.DisposeAsync();
    }

    [Fact]
    public async Task Connect_Login_SendsEveryFieldAndServesTheFirstJob()
    {
        var entry = Entry();
        entry.RigId = "rig-7";
        var client = await StartAsync(entry);
        var login = await client.LoginAsync(new());
        var job = await FirstJobAsync();

        Assert.Equal(1, login.GetProperty("id").GetInt32());
        var fields = login.GetProperty("params");
        Assert.Equal(Wallet + "+5000", fields.GetProperty("login").GetString());
        Assert.Equal("secret-word", fields.GetProperty("pass").GetString());
        Assert.Matches(@"^p2p-miner/\d+\.\d+\.\d+$", fields.GetProperty("agent").GetString());
        Assert.Equal("rig-7", fields.GetProperty("rigid").GetString());
        Assert.Equal(["rx/0"], fields.GetProperty("algo").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains(Wallet + "+5000", client.Requests[0]);
        Assert.Equal(("job-1", 1UL, new string('a', 1) + "b"), (job.JobId, job.Serial, job.Parent[..2]));
        Assert.Equal($"127.0.0.1:{_pool.Port}", job.Pool);
        Assert.Equal("127.0.0.1", _connection!.Peer.Ip);
    }

    [Fact]
    public async Task Connect_LoginRefused_ThrowsLoginExceptionWithoutSecrets()
    {
        var connecting = ConnectAsync(Entry());
        var client = await _pool.AcceptAsync();
        await client.RefuseAsync(await client.ReadAsync("login"), $"bad login {Wallet}+5000 / secret-word");

        var refusal = await Assert.ThrowsAsync<PoolLoginException>(() => connecting);
        Assert.Equal("bad login 44AFFq…5000 / ***", refusal.Message);
    }

    [Fact]
    public async Task Connect_RefusedWithoutALineEndAndClosed_SaysWhy()
    {
        var connecting = ConnectAsync(Entry());
        var client = await _pool.AcceptAsync();
        await client.ReadAsync("login");
        await client.SendRawAsync("""{"id":1,"error":{"code":-1,"message":"no such user"}}"""u8.ToArray());
        client.Drop();
        Assert.Equal("no such user", (await Assert.ThrowsAsync<PoolLoginException>(() => connecting)).Message);
    }

    [Fact]
    public async Task Connect_RefusalWithoutAnId_TakenAsTheAnswerToTheLogin()
    {
        var connecting = ConnectAsync(Entry());
        var client = await _pool.AcceptAsync();
        await client.ReadAsync("login");
        await client.SendAsync("""{"id":null,"error":{"message":"no such user"}}""");
        Assert.Equal("no such user", (await Assert.ThrowsAsync<PoolLoginException>(() => connecting)).Message);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task Connect_EmptyErrorBesideAGoodResult_LogsIn(string error)
    {
        var client = await StartAsync(Entry());
        await client.AnswerAsync(await client.ReadAsync("login"), $$"""
            "result":{"id":"s","job":{{new FakeJob().Json}},"status":"OK"},"error":{{error}}
            """.Trim());
        Assert.Equal("job-1", (await FirstJobAsync()).JobId);
    }

    [Fact]
    public async Task Connect_NoAnswerToLogin_TimesOutAfterTenSeconds()
    {
        var connecting = ConnectAsync(Entry());
        var client = await _pool.AcceptAsync();
        await client.ReadAsync("login");

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => _clock.AdvanceUntilAsync(connecting, "end of the login"));
        Assert.Equal("no answer to the login within 10 s", failure.Message);
    }

    [Fact]
    public async Task Connect_OnlyAlgorithmsMoneroPoolsDoNotServe_ThrowsLoginException()
    {
        var endpoint = Endpoint(Entry()) with { Algorithms = [Algorithm.GhostRider] };
        var failure = await Assert.ThrowsAsync<PoolLoginException>(() => Connector().ConnectAsync(endpoint, () => 1, _statistics, default));
        Assert.Contains("not gr", failure.Message);
    }

    [Fact]
    public async Task Submit_Accepted_SendsNonceInBlobOrderAndSessionId()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 0x04030201), default);
        var submit = await client.ReadAsync("submit");
        await client.AcceptAsync(submit);

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
        var fields = submit.GetProperty("params");
        Assert.Equal("session-1", fields.GetProperty("id").GetString());
        Assert.Equal("job-1", fields.GetProperty("job_id").GetString());
        Assert.Equal("01020304", fields.GetProperty("nonce").GetString());
        Assert.Equal(new string('0', 62) + "07", fields.GetProperty("result").GetString());
        Assert.False(fields.TryGetProperty("algo", out _));
        Assert.False(fields.TryGetProperty("commitment", out _));
    }

    [Theory]
    [InlineData("\"result\":true,\"error\":null", ShareOutcome.Accepted)]
    [InlineData("\"result\":{\"status\":\"ok\"}", ShareOutcome.Accepted)]
    [InlineData("\"result\":{}", ShareOutcome.Accepted)]
    [InlineData("\"result\":false", ShareOutcome.Rejected)]
    [InlineData("\"result\":{\"status\":\"STALE\"}", ShareOutcome.Stale)]
    [InlineData("\"result\":null,\"error\":null", ShareOutcome.Rejected)]
    [InlineData("\"result\":{\"status\":\"OK\"},\"error\":\"\"", ShareOutcome.Accepted)]
    [InlineData("\"result\":{\"status\":\"OK\"},\"error\":false", ShareOutcome.Accepted)]
    [InlineData("\"result\":true,\"error\":0", ShareOutcome.Accepted)]
    [InlineData("\"result\":true,\"error\":[]", ShareOutcome.Accepted)]
    [InlineData("\"result\":true,\"error\":{}", ShareOutcome.Accepted)]
    [InlineData("\"result\":false,\"error\":{}", ShareOutcome.Rejected)]
    [InlineData("\"result\":false,\"error\":null,\"reject-reason\":\"Stale\"", ShareOutcome.Stale)]
    [InlineData("\"result\":null,\"error\":null,\"reject-reason\":\"Stale\"", ShareOutcome.Stale)]
    [InlineData("\"result\":{\"status\":\"REJECTED\",\"reason\":\"stale\"}", ShareOutcome.Stale)]
    [InlineData("\"error\":{\"code\":-1,\"message\":\"rejected\"},\"reject-reason\":\"low difficulty\"", ShareOutcome.LowDifficulty)]
    internal async Task Submit_AnswersOfManyForms_Understood(string rest, ShareOutcome expected)
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.AnswerAsync(await client.ReadAsync("submit"), rest);
        Assert.Equal(expected, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
    }

    [Fact]
    public async Task Submit_RxTwo_ResultIsTheCommitmentAndTheHashGoesWithIt()
    {
        var connecting = Connector().ConnectAsync(Endpoint(Entry()) with { Algorithms = [Algorithm.RandomX, Algorithm.RandomXV2] }, () => ++_serial, _statistics, default);
        var client = await _pool.AcceptAsync();
        var login = await client.LoginAsync(new() { Algo = "rx/2" }, "algo");
        Assert.Equal(["rx/0", "rx/2"], login.GetProperty("params").GetProperty("algo").EnumerateArray().Select(name => name.GetString()));
        _connection = await Eventually.ComesAsync(connecting, "login");
        var job = await NextJobAsync();
        Assert.Equal(Algorithm.RandomXV2, job.Algorithm);

        var share = Share(job, 0x04030201);
        var submitting = _connection.SubmitAsync(job, share, default);
        var submit = await client.ReadAsync("submit");
        await client.AcceptAsync(submit);
        await submitting;

        var input = job.Blob.ToArray();
        (input[39], input[40], input[41], input[42]) = (1, 2, 3, 4);
        var fields = submit.GetProperty("params");
        Assert.Equal(Commitment.Of(input, share.Hash).ToString(), fields.GetProperty("result").GetString());
        Assert.Equal(share.Hash.ToString(), fields.GetProperty("commitment").GetString());
        Assert.Equal("rx/2", fields.GetProperty("algo").GetString());
    }

    [Theory]
    [InlineData("\"id\":\"\",")]
    [InlineData("")]
    public async Task Connect_NoLoginId_HandsNoneBackAndStaysAlive(string id)
    {
        var entry = Entry();
        entry.KeepAlive = true;
        var client = await StartAsync(entry);
        await client.AnswerAsync(await client.ReadAsync("login"), "\"method\":\"login\",\"result\":{" + id + "\"job\":" + new FakeJob().Json + ",\"status\":\"OK\"},\"error\":null");
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        var submit = await client.ReadAsync("submit");
        await client.AnswerAsync(submit, "\"method\":\"submit\",\"result\":{\"status\":\"OK\"},\"error\":null");

        Assert.Equal("", submit.GetProperty("params").GetProperty("id").GetString());
        Assert.Equal(ShareOutcome.Accepted, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await client.ReadAsync("keepalived");
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("-1")]
    [InlineData("3350000.0")]
    public async Task Job_HeightThatIsNone_IsTaken(string height)
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        var job = new FakeJob { JobId = "odd" }.Json.Replace("3000000", height);
        await client.SendAsync($$"""{"method":"job","params":{{job}}}""");
        Assert.Equal(("odd", (ulong?)null), ((await NextJobAsync()) is var taken ? (taken.JobId, taken.Height) : default));
    }

    [Fact]
    public async Task Submit_AlgoNegotiated_SendsAlgo()
    {
        var client = await LoggedInAsync(extensions: "algo");
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        var submit = await client.ReadAsync("submit");
        await client.AcceptAsync(submit);
        await submitting;
        Assert.Equal("rx/0", submit.GetProperty("params").GetProperty("algo").GetString());
    }

    [Theory]
    [InlineData("Stale share", ShareOutcome.Stale)]
    [InlineData("Block expired", ShareOutcome.Stale)]
    [InlineData("Outdated job", ShareOutcome.Stale)]
    [InlineData("Invalid job id", ShareOutcome.Stale)]
    [InlineData("JOB NOT FOUND", ShareOutcome.Stale)]
    [InlineData("Low difficulty share", ShareOutcome.LowDifficulty)]
    [InlineData("low diff", ShareOutcome.LowDifficulty)]
    [InlineData("Duplicate share", ShareOutcome.Duplicate)]
    [InlineData("Invalid nonce; is miner not compatible with NiceHash?", ShareOutcome.Rejected)]
    [InlineData("anything else", ShareOutcome.Rejected)]
    internal async Task Submit_Refused_MapsTheTextAndKeepsIt(string text, ShareOutcome expected)
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.RefuseAsync(await client.ReadAsync("submit"), text);
        Assert.Equal(new SubmitResult(expected, text), await submitting);
    }

    [Theory]
    [InlineData("Unauthenticated")]
    [InlineData("Your IP is banned")]
    public async Task Submit_PoolNoLongerKnowsUs_EndsTheConnection(string text)
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.RefuseAsync(await client.ReadAsync("submit"), text);

        await Assert.ThrowsAsync<PoolLoginException>(() => submitting);
        Assert.Equal(text, (await EndAsync<PoolLoginException>()).Message);
    }

    [Fact]
    public async Task Submit_AnswersInOtherOrder_EachFindsItsShare()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var first = _connection!.SubmitAsync(job, Share(job, 1), default);
        var one = await client.ReadAsync("submit");
        var second = _connection.SubmitAsync(job, Share(job, 2), default);
        var two = await client.ReadAsync("submit");
        await client.RefuseAsync(two, "duplicate");
        await client.AcceptAsync(one);

        Assert.Equal(ShareOutcome.Accepted, (await first).Outcome);
        Assert.Equal(ShareOutcome.Duplicate, (await second).Outcome);
    }

    [Fact]
    public async Task Submit_ConnectionDropsBeforeTheAnswer_Throws()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        client.Drop();

        await Assert.ThrowsAnyAsync<IOException>(() => submitting);
        await Assert.ThrowsAnyAsync<IOException>(() => _connection.SubmitAsync(job, Share(job, 2), default));
    }

    [Fact]
    public async Task Submit_AnsweredAfterThirtyFiveSeconds_Counts()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        var submit = await client.ReadAsync("submit");
        for (var second = 0; second < 35; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await client.AcceptAsync(submit);
        Assert.Equal(ShareOutcome.Accepted, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
    }

    [Fact]
    public async Task Submit_NothingComesForAMinute_ConnectionCountsAsDead()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(submitting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<TimeoutException>(() => submitting);
        await client.ClosedAsync();
    }

    [Fact]
    public async Task Submit_JobsComeButNoAnswer_ConnectionCountsAsDeadAfterTwoMinutes()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        for (var i = 0; i < 6; i++)
        {
            Assert.False(submitting.IsCompleted);
            await client.SendJobAsync(new() { JobId = $"later-{i}" });
            await NextJobAsync();
            _clock.Advance(TimeSpan.FromSeconds(20));
        }

        await Assert.ThrowsAsync<TimeoutException>(() => submitting);
    }

    [Fact]
    public async Task Read_SilenceWithoutARequest_KeepsTheConnection()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await client.SendJobAsync(new() { JobId = "later" });
        Assert.Equal("later", (await NextJobAsync()).JobId);
    }

    [Fact]
    public async Task KeepAlive_Offered_SentAfterAMinuteOfSilenceAndNeedsNoAnswer()
    {
        var client = await LoggedInAsync(extensions: "keepalive");
        await FirstJobAsync();
        _clock.Advance(TimeSpan.FromSeconds(60));
        var request = await client.ReadAsync("keepalived");
        Assert.Equal("session-1", request.GetProperty("params").GetProperty("id").GetString());
        _clock.Advance(TimeSpan.FromSeconds(59));
        await client.SendJobAsync(new() { JobId = "later" });
        Assert.Equal("later", (await NextJobAsync()).JobId);
    }

    [Fact]
    public async Task KeepAlive_NotOfferedButSet_Sent()
    {
        var entry = Entry();
        entry.KeepAlive = true;
        var client = await StartAsync(entry);
        await client.LoginAsync(new());
        await FirstJobAsync();
        _clock.Advance(TimeSpan.FromSeconds(61));
        await client.ReadAsync("keepalived");
    }

    [Fact]
    public async Task NiceHash_Extension_LeavesTheLastNonceByteToThePool()
    {
        var client = await StartAsync(Entry());
        await client.LoginAsync(new() { Blob = FakeJob.BlobHex() }, "nicehash");
        Assert.Equal(NonceRange.NiceHash(0), (await FirstJobAsync()).Nonces);
    }

    [Fact]
    public async Task Job_BadTarget_IgnoredWithOneLineAndThePreviousOneStays()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendJobAsync(new() { JobId = "bad", Target = "00000000" });
        await client.SendJobAsync(new() { JobId = "good" });

        var job = await NextJobAsync();
        Assert.Equal(("good", 2UL), (job.JobId, job.Serial));
        Assert.Equal(1, _log.Count("sent a job that is ignored: target '00000000'"));
    }

    [Fact]
    public async Task Job_NothingButBadOnes_EndsTheConnection()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        for (var i = 0; i < 20; i++)
        {
            await client.SendJobAsync(new() { Blob = "" });
        }

        Assert.StartsWith("16 bad jobs in a row, the last with blob of 0 characters", (await EndAsync<PoolProtocolException>()).Message);
    }

    [Fact]
    public async Task Job_Repeated_IgnoredWithOneLine()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendJobAsync(new());
        await client.SendJobAsync(new());
        await client.SendJobAsync(new() { Target = "ffffff00" });

        var job = await NextJobAsync();
        Assert.Equal((2UL, "job-1"), (job.Serial, job.JobId));
        Assert.Equal(1, _log.Count("again unchanged"));
    }

    [Theory]
    [InlineData("900", "mining.ping", "\"pong\"", "null")]
    [InlineData("\"a-1\"", "mining.ping", "\"pong\"", "null")]
    [InlineData("0", "client.get_version", null, "null")]
    [InlineData("1e3", "mining.of.tomorrow", "null", "{\"code\":-32601,\"message\":\"Method not found\"}")]
    public async Task Request_WithAnId_IsAnswered(string id, string method, string? result, string error)
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendAsync($$"""{"id":{{id}},"method":"{{method}}","params":[]}""");
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(id, answer.GetProperty("id").GetRawText());
        Assert.Equal(result ?? $"\"{StratumRequests.Agent}\"", answer.GetProperty("result").GetRawText());
        Assert.Equal(error, answer.GetProperty("error").GetRawText());
        Assert.Equal(error == "null" ? 0 : 1, _statistics.Snapshot(PoolState.Connected, null, null, default, null).RefusedRequests);
    }

    [Fact]
    public async Task Request_FloodAndNotices_EightAreAnsweredThenOneASecond()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        for (var id = 1; id <= 1000; id++)
        {
            await client.SendAsync($$"""{"id":{{id}},"method":"mining.ping"}""");
            await client.SendAsync("""{"method":"mining.of.tomorrow"}""");
        }

        await client.SendAsync($$"""{"method":"job","params":{{new FakeJob { JobId = "next" }.Json}}}""");
        Assert.Equal("next", (await NextJobAsync()).JobId);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await client.SendAsync("""{"id":"last","method":"mining.ping"}""");

        var ids = new List<string>();
        for (var i = 0; i < 9; i++)
        {
            ids.Add((await client.ReadAnswerAsync()).GetProperty("id").GetRawText());
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "\"last\""], ids);
        Assert.Equal(992, _statistics.Snapshot(PoolState.Connected, null, null, default, null).RefusedRequests);
        Assert.Equal(3, _log.Count("asks for mining.ping"));
    }

    [Fact]
    public async Task Jobs_ManyASecond_TheNewestOfEachSecondIsPassedOn()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        for (var i = 1; i <= 500; i++)
        {
            await client.SendAsync($$"""{"method":"job","params":{{new FakeJob { JobId = $"{i}" }.Json}}}""");
        }

        for (var i = 1; i <= 7; i++)
        {
            Assert.Equal($"{i}", (await NextJobAsync()).JobId);
        }

        await client.SendAsync("""{"id":1,"method":"mining.ping"}""");
        await client.ReadAnswerAsync();
        Assert.False(_connection!.Jobs.TryRead(out _));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var newest = await NextJobAsync();
        Assert.Equal(("500", 9UL), (newest.JobId, newest.Serial));
        Assert.Equal(3, _log.Count("sends more jobs than can be used"));
        Assert.Equal(492, _statistics.Snapshot(PoolState.Connected, null, null, default, null).SkippedMessages);
    }

    [Fact]
    public async Task Read_HalfLines_JoinedIntoTheJob()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        var line = Encoding.UTF8.GetBytes($$"""{"method":"job","params":{{new FakeJob { JobId = "halves" }.Json}}}""" + "\r\n");
        await client.SendRawAsync(line.AsMemory(0, 40));
        await client.SendRawAsync(line.AsMemory(40));
        Assert.Equal("halves", (await NextJobAsync()).JobId);
    }

    [Theory]
    [MemberData(nameof(BadLines.All), MemberType = typeof(BadLines))]
    public async Task Read_BadLine_SkippedWithOneLineAndTheConnectionStays(string line)
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendRawAsync(Encoding.Latin1.GetBytes(line + "\n"));
        await client.SendJobAsync(new() { JobId = "next" });

        Assert.Equal("next", (await NextJobAsync()).JobId);
        Assert.Equal(1, _log.Count("sent a line that is skipped: not a JSON object: "));
        Assert.Equal(1, _statistics.Snapshot(PoolState.Connected, null, null, default, null).SkippedMessages);
    }

    [Fact]
    public async Task Read_JobsWithNulMarkOrWithoutLineEnd_AreTaken()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        string Job(string id) => $$"""{"method":"job","params":{{new FakeJob { JobId = id }.Json}}}""";
        await client.SendAsync(Job("nul") + "\0");
        Assert.Equal("nul", (await NextJobAsync()).JobId);
        await client.SendAsync("\uFEFF" + Job("mark"));
        Assert.Equal("mark", (await NextJobAsync()).JobId);
        await client.SendAsync(Job("first") + Job("second"));
        Assert.Equal(["first", "second"], [(await NextJobAsync()).JobId, (await NextJobAsync()).JobId]);
        Assert.Equal(0, _log.Count("skipped"));
    }

    [Fact]
    public async Task Submit_RefusedInLatin1_TheAnswerArrives()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        await client.SendRawAsync(Encoding.Latin1.GetBytes("""{"id":2,"error":{"code":-1,"message":"zu spät (stale)"}}""" + "\n"));
        Assert.Equal(ShareOutcome.Stale, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
    }

    [Fact]
    public async Task Read_BadLinesWithGoodOnesBetween_FewAreLoggedAndTheConnectionStays()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        for (var round = 0; round < 20; round++)
        {
            await client.SendAsync(string.Concat(Enumerable.Repeat($"rubbish {Wallet}+5000 secret-word\n", 15)) + "{}");
        }

        await client.SendJobAsync(new() { JobId = "next" });

        Assert.Equal("next", (await NextJobAsync()).JobId);
        Assert.Equal(8, _log.Count("not a JSON object: rubbish 44AFFq…5000 ***"));
        Assert.Equal(300, _statistics.Snapshot(PoolState.Connected, null, null, default, null).SkippedMessages);
    }

    [Fact]
    public async Task Read_NothingButBadLines_EndsTheConnection()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        for (var i = 0; i < 16; i++)
        {
            await client.SendAsync($"rubbish {i}");
        }

        Assert.Equal("16 bad lines in a row, the last with not a JSON object: rubbish 15", (await EndAsync<PoolProtocolException>()).Message);
        await client.ClosedAsync();
    }

    [Fact]
    public async Task Read_LineOfHundredMegabytes_EndsTheConnectionEarly()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        var sent = 0;
        try
        {
            var chunk = new byte[1 << 20];
            Array.Fill(chunk, (byte)'x');
            for (; sent < 100; sent++)
            {
                await client.SendRawAsync(chunk);
            }
        }
        catch (IOException)
        {
            // The miner has hung up.
        }

        Assert.InRange(sent, 0, 99);
        Assert.Contains("longer than 64 KiB", (await EndAsync<PoolProtocolException>()).Message);
    }

    [Fact]
    public async Task Read_PoolCloses_JobsEndWithTheReason()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        client.Drop();
        Assert.Equal("the pool closed the connection", (await EndAsync<IOException>()).Message);
    }

    [Fact]
    public async Task Reconnect_SameHost_EndsWithARedirect()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendAsync("""{"method":"client.reconnect","params":["127.0.0.1","4444"]}""");
        var redirect = await EndAsync<PoolRedirectException>();
        Assert.Equal(new PoolUrl(PoolScheme.StratumTcp, "127.0.0.1", 4444), redirect.Target);
    }

    [Fact]
    public async Task Reconnect_ForeignHost_IgnoredWithOneLine()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendAsync("""{"method":"client.reconnect","params":["evil.example",3333]}""");
        await client.SendJobAsync(new() { JobId = "still here" });
        Assert.Equal("still here", (await NextJobAsync()).JobId);
        Assert.Equal(1, _log.Count("asks to reconnect to evil.example:3333"));
    }

    [Fact]
    public async Task Log_WholeConversation_HoldsNeitherPasswordNorWallet()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = _connection!.SubmitAsync(job, Share(job, 1), default);
        await client.RefuseAsync(await client.ReadAsync("submit"), $"no more from {Wallet}+5000 secret-word");
        var answer = await submitting;
        await client.SendJobAsync(new() { Target = "bad" });
        await client.SendJobAsync(new() { JobId = "end" });
        await NextJobAsync();

        Assert.Equal("no more from 44AFFq…5000 ***", answer.Reason);
        Assert.All(_log.Lines, line => Assert.DoesNotContain("secret-word", line));
        Assert.All(_log.Lines, line => Assert.DoesNotContain(Wallet, line));
    }

    private static PoolEntry PlainEntry(string url) => new() { Url = url, User = Wallet + "+5000", Pass = "secret-word" };

    private static VerifiedShare Share(PoolJob job, uint nonce) =>
        new() { JobSerial = job.Serial, ExtraNonce = 0, Nonce = nonce, Hash = new() { W3 = 7UL << 56 } };

    private PoolEntry Entry() => PlainEntry(_pool.Url);

    private PoolEndpoint Endpoint(PoolEntry entry)
    {
        Assert.True(PoolUrl.TryParse(entry.Url, out var url, out var error), error);
        return new(url, entry, [Algorithm.RandomX]);
    }

    private StratumConnector Connector() => new(new PoolTransport(_clock, _log), _clock, _log);

    private async Task<IPoolConnection> ConnectAsync(PoolEntry entry) =>
        _connection = await Connector().ConnectAsync(Endpoint(entry), () => ++_serial, _statistics, default);

    private async Task<FakePoolClient> StartAsync(PoolEntry entry)
    {
        _connecting = ConnectAsync(entry);
        return await _pool.AcceptAsync();
    }

    private Task<IPoolConnection>? _connecting;

    private async Task<FakePoolClient> LoggedInAsync(params string[] extensions)
    {
        var client = await StartAsync(Entry());
        await client.LoginAsync(new(), extensions);
        return client;
    }

    private async Task<PoolJob> FirstJobAsync()
    {
        _connection = await Eventually.ComesAsync(_connecting!, "login");
        return await NextJobAsync();
    }

    private Task<PoolJob> NextJobAsync() => Eventually.ComesAsync(_connection!.Jobs.ReadAsync().AsTask(), "job");

    private Task<T> EndAsync<T>()
        where T : Exception => Eventually.ComesAsync(Assert.ThrowsAsync<T>(() => _connection!.Jobs.Completion), "end of the connection");
}
