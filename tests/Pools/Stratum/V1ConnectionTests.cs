using System.Text.Json;
using P2PMiner.Hashing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>Stratum v1 from the login on; what it has in common with the dialect of Monero is in StratumLineContract.</summary>
public sealed class V1ConnectionTests : StratumConnectionFixture
{
    private const string Wallet = "RSUk8oSUwgLE8rLWm1pUUPZZNYnMBQ7dMP";

    [Fact]
    public async Task Connect_WholeLogin_SaysWhoWeAreInTheWordsOfTheProtocol()
    {
        var client = await StartAsync(entry => entry.RigId = "rig-7");
        var subscribe = await client.ReadAsync("mining.subscribe");
        await client.AnswerAsync(subscribe, Subscribed("08000002", "4"));
        var authorize = await client.ReadAsync("mining.authorize");
        await client.AnswerAsync(authorize, "\"result\":true,\"error\":null");
        await client.ReadAsync("mining.extranonce.subscribe");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));

        var job = await FirstJobAsync();

        Assert.Matches(@"^p2p-miner/\d+\.\d+\.\d+$", Assert.Single(Texts(subscribe)));
        Assert.Equal([Wallet + ".rig-7", "secret-word"], Texts(authorize));
        Assert.False(subscribe.TryGetProperty("jsonrpc", out _));
        Assert.Equal(("100000", 1UL, $"127.0.0.1:{Pool.Port}"), (job.JobId, job.Serial, job.Pool));
    }

    [Fact]
    public async Task Connect_NotifyBeforeTheAnswers_IsTheFirstJob()
    {
        var client = await StartAsync();
        var subscribe = await client.ReadAsync("mining.subscribe");
        await client.SendAsync("""{"id":null,"method":"mining.set_difficulty","params":[0.5]}""");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));
        await client.AnswerAsync(subscribe, Subscribed("0011223344556677", "8"));
        var authorize = await client.ReadAsync("mining.authorize");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "second", Clean = "false" }));
        await client.AnswerAsync(authorize, "\"result\":true");

        var (first, second) = (await FirstJobAsync(), await NextJobAsync());

        Assert.Equal(("100000", "second", first.Parent), (first.JobId, second.JobId, second.Parent));
        Assert.Equal(Target.FromStratumV1(1, 2), first.Target);
        Assert.Equal(8, ((StratumV1Template)first.Template!).ExtraNonce1.Length);
    }

    [Theory]
    [InlineData("\"result\":false,\"error\":null", "mining.authorize: refused")]
    [InlineData("\"result\":null,\"error\":[24,\"no such user \\\"RSUk8oSUwgLE8rLWm1pUUPZZNYnMBQ7dMP\\\" secret-word\",null]",
        "mining.authorize: no such user \"RSUk8o…7dMP\" ***")]
    [InlineData("\"error\":\"closed for today\"", "mining.authorize: closed for today")]
    [InlineData("\"result\":false,\"error\":null,\"reject-reason\":\"no such user\"", "mining.authorize: no such user")]
    [InlineData("\"result\":null,\"error\":null,\"reject-reason\":\"no such user\"", "mining.authorize: no such user")]
    [InlineData("\"error\":{\"code\":24,\"message\":\"unauthorized\"}", "mining.authorize: unauthorized")]
    public async Task Connect_AuthorizeRefused_ThrowsLoginExceptionWithoutSecrets(string answer, string expected)
    {
        var client = await StartAsync();
        await client.AnswerAsync(await client.ReadAsync("mining.subscribe"), Subscribed("00", "4"));
        await client.AnswerAsync(await client.ReadAsync("mining.authorize"), answer);
        Assert.Equal(expected, (await Assert.ThrowsAsync<PoolLoginException>(() => Connecting)).Message);
    }

    [Theory]
    [InlineData("\"result\":[[],\"0\",4]", "extranonce1 '0'")]
    [InlineData("\"result\":[[],\"00\"]", "extranonce2_size ''")]
    [InlineData("\"result\":true", "extranonce1 ''")]
    [InlineData("\"result\":null", "extranonce1 ''")]
    public async Task Connect_SubscribeWithoutAnExtraNonce_ThrowsProtocolException(string answer, string expected)
    {
        var client = await StartAsync();
        await client.AnswerAsync(await client.ReadAsync("mining.subscribe"), answer);
        Assert.StartsWith($"the answer to mining.subscribe has {expected}", (await Assert.ThrowsAsync<PoolProtocolException>(() => Connecting)).Message);
    }

    [Fact]
    public async Task Connect_RefusalWithoutAnId_TakenAsTheAnswer()
    {
        var client = await StartAsync();
        await client.ReadAsync("mining.subscribe");
        await client.SendAsync("""{"id":null,"result":null,"error":[20,"use the other port",null]}""");
        Assert.Equal("mining.subscribe: use the other port", (await Assert.ThrowsAsync<PoolLoginException>(() => Connecting)).Message);
    }

    [Fact]
    public async Task Connect_NoAnswer_TimesOutAfterTenSeconds()
    {
        var client = await StartAsync();
        await client.ReadAsync("mining.subscribe");
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => Clock.AdvanceUntilAsync(Connecting, "end of the login"));
        Assert.Equal("no answer to mining.subscribe within 10 s", failure.Message);
    }

    [Theory]
    [InlineData("\"result\":null,\"error\":[20,\"Not supported.\",null]")]
    [InlineData("\"result\":false,\"error\":{\"code\":25,\"message\":\"not subscribed\"}")]
    public async Task Connect_PoolKnowsNoExtraNonceSubscription_GoesOn(string answer)
    {
        var client = await LoggedInAsync();
        await client.AnswerAsync(await client.ReadAsync("mining.extranonce.subscribe"), answer);
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "after" }));
        await FirstJobAsync();
        Assert.Equal("after", (await NextJobAsync()).JobId);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task Connect_EmptyErrorsBesideGoodResults_LogsIn(string error)
    {
        var client = await StartAsync();
        await client.AnswerAsync(await client.ReadAsync("mining.subscribe"), $"\"result\":[[],\"00\",4],\"error\":{error}");
        await client.AnswerAsync(await client.ReadAsync("mining.authorize"), $"\"result\":true,\"error\":{error}");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));
        Assert.Equal("100000", (await FirstJobAsync()).JobId);
    }

    [Fact]
    public async Task Submit_Accepted_SendsWhatBelongsToThatJob()
    {
        var client = await LoggedInAsync(extraNonce2Bytes: "8");
        var job = await FirstJobAsync();
        await client.ReadAsync("mining.extranonce.subscribe");

        // All of it is another's by the time of the share.
        await client.SendAsync("""{"id":null,"method":"mining.set_extranonce","params":["ffffff",4]}""");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "later", Time = "4D1B2299", Clean = "false" }));
        var later = await NextJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 0x04030201, extraNonce: 0x0a0b0c0d), default);
        var submit = await client.ReadAsync("mining.submit");
        await client.AnswerAsync(submit, "\"result\":true,\"error\":null");
        var second = Connection.SubmitAsync(later, Share(later, 0xf), default);
        var submitLater = await client.ReadAsync("mining.submit");
        await client.AnswerAsync(submitLater, "\"result\":true,\"error\":null");

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
        Assert.Equal([Wallet, "100000", "0d0c0b0a00000000", "4d1b2237", "04030201"], Texts(submit));
        Assert.Equal(ShareOutcome.Accepted, (await second).Outcome);
        Assert.Equal([Wallet, "later", "00000000", "4D1B2299", "0000000f"], Texts(submitLater));
    }

    [Theory]
    [InlineData("\"result\":null,\"error\":[21,\"Job not found\",null]", ShareOutcome.Stale, "Job not found")]
    [InlineData("\"result\":null,\"error\":[22,\"Duplicate share\",null]", ShareOutcome.Duplicate, "Duplicate share")]
    [InlineData("\"result\":null,\"error\":[23,\"high-hash\",null]", ShareOutcome.LowDifficulty, "high-hash")]
    [InlineData("\"result\":false,\"error\":[20,\"high-hash\"]", ShareOutcome.LowDifficulty, "high-hash")]
    [InlineData("\"error\":{\"code\":21,\"message\":\"zu spät\"}", ShareOutcome.Stale, "zu spät")]
    [InlineData("\"error\":[\"22\",\"seen\"]", ShareOutcome.Duplicate, "seen")]
    [InlineData("\"error\":\"stale share\"", ShareOutcome.Stale, "stale share")]
    [InlineData("\"error\":\"low difficulty share of 0.3\"", ShareOutcome.LowDifficulty, "low difficulty share of 0.3")]
    [InlineData("\"error\":[20,\"Invalid solution\",null]", ShareOutcome.Rejected, "Invalid solution")]
    [InlineData("\"error\":[-1,\"duplicate\",null]", ShareOutcome.Duplicate, "duplicate")]
    [InlineData("\"result\":true,\"error\":\"\"", ShareOutcome.Accepted, null)]
    [InlineData("\"result\":true,\"error\":false", ShareOutcome.Accepted, null)]
    [InlineData("\"result\":true,\"error\":0", ShareOutcome.Accepted, null)]
    [InlineData("\"result\":true,\"error\":[]", ShareOutcome.Accepted, null)]
    [InlineData("\"result\":true,\"error\":{}", ShareOutcome.Accepted, null)]
    [InlineData("\"result\":false,\"error\":null,\"reject-reason\":\"Stale\"", ShareOutcome.Stale, "Stale")]
    [InlineData("\"result\":null,\"error\":null,\"reject-reason\":\"Stale\"", ShareOutcome.Stale, "Stale")]
    [InlineData("\"result\":null,\"error\":[20,\"rejected\",null],\"reject-reason\":\"stale\"", ShareOutcome.Stale, "rejected: stale")]
    [InlineData("\"result\":false", ShareOutcome.Rejected, "refused")]
    [InlineData("\"result\":null,\"error\":null", ShareOutcome.Rejected, "no result")]
    internal async Task Submit_AnswersOfManyForms_OutcomeByCodeAndText(string answer, ShareOutcome expected, string? reason)
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        await client.ReadAsync("mining.extranonce.subscribe");
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.AnswerAsync(await client.ReadAsync("mining.submit"), answer);
        Assert.Equal(new SubmitResult(expected, reason), await Eventually.ComesAsync(submitting, "answer"));
    }

    [Theory]
    [InlineData("[24,\"Unauthorized worker\",null]")]
    [InlineData("[25,\"Not subscribed\",null]")]
    [InlineData("\"unauthorized\"")]
    [InlineData("{\"code\":20,\"message\":\"your ip is banned\"}")]
    public async Task Submit_PoolNoLongerKnowsUs_EndsTheConnection(string error)
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        await client.ReadAsync("mining.extranonce.subscribe");
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.AnswerAsync(await client.ReadAsync("mining.submit"), $"\"result\":null,\"error\":{error}");

        await Assert.ThrowsAsync<PoolLoginException>(() => submitting);
        await EndAsync<PoolLoginException>();
    }

    [Fact]
    public async Task Submit_ConnectionDropsBeforeTheAnswer_Throws()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        await client.ReadAsync("mining.extranonce.subscribe");
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("mining.submit");
        client.Drop();
        await Assert.ThrowsAnyAsync<IOException>(() => submitting);
    }

    [Fact]
    public async Task Answers_WithTheMethodRepeated_AreTakenByTheirIds()
    {
        var client = await StartAsync();
        await client.AnswerAsync(await client.ReadAsync("mining.subscribe"), "\"method\":\"mining.subscribe\"," + Subscribed("00", "4"));
        await client.AnswerAsync(await client.ReadAsync("mining.authorize"), "\"method\":\"mining.authorize\",\"result\":true");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));
        var job = await FirstJobAsync();
        await client.ReadAsync("mining.extranonce.subscribe");
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.AnswerAsync(await client.ReadAsync("mining.submit"), "\"method\":\"mining.submit\",\"result\":true,\"error\":null");
        Assert.Equal(ShareOutcome.Accepted, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
    }

    [Fact]
    public async Task Job_NumbersAsStrings_Understood()
    {
        var client = await StartAsync();
        await client.AnswerAsync(await client.ReadAsync("mining.subscribe"), "\"result\":[[[\"mining.notify\",\"x\"]],\"00\",\"4\"]");
        await client.SendAsync("""{"method":"mining.set_difficulty","params":["2.5e-1"]}""");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { Clean = "1" }));
        await client.AnswerAsync(await client.ReadAsync("mining.authorize"), "\"result\":\"true\"");
        Assert.Equal(Target.FromStratumV1(1, 4), (await FirstJobAsync()).Target);
    }

    [Fact]
    public async Task Job_RepeatedUnchanged_IgnoredAndMakesNothingStale()
    {
        var client = await LoggedInAsync();
        var first = await FirstJobAsync();
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "next", Clean = "false" }));

        var next = await NextJobAsync();

        Assert.Equal(("next", 2UL, first.Parent), (next.JobId, next.Serial, next.Parent));
        Assert.Equal(1, Log.Count("again unchanged"));
    }

    [Fact]
    public async Task Job_SameWithAnotherDifficulty_IsAJobOfItsOwn()
    {
        var client = await LoggedInAsync();
        var first = await FirstJobAsync();
        await client.SendAsync("""{"method":"mining.set_difficulty","params":[4]}""");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { Clean = "false" }));

        var next = await NextJobAsync();

        Assert.Equal((Target.FromStratumV1(4, 1), first.Parent), (next.Target, next.Parent));
        Assert.Equal(first.Blob.ToArray(), next.Blob.ToArray());
    }

    [Fact]
    public async Task Read_BadMessages_IgnoredWithALineEachAndTheConnectionStays()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendAsync("""{"method":"mining.set_difficulty","params":[0]}""");
        await client.SendAsync("""{"method":"mining.set_difficulty"}""");
        await client.SendAsync("""{"method":"mining.set_extranonce","params":["xyz",4]}""");
        await client.SendAsync("""{"method":"mining.notify","params":["1"]}""");
        await client.SendAsync("""{"method":"mining.notify","params":{"a":1}}""");
        await client.SendAsync("""{"method":"mining.of.tomorrow","params":[[1]]}""");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "good" }));

        Assert.Equal("good", (await NextJobAsync()).JobId);
        Assert.Equal(1, Log.Count("sent something that is ignored: difficulty '0'"));
        Assert.Equal(1, Log.Count("sent something that is ignored: extranonce1 'xyz'"));
        Assert.Equal(2, Log.Count("sent a job that is ignored"));
    }

    [Fact]
    public async Task Read_HalfSurrogatesNulMarkOrNoLineEnd_AreTaken()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        string Job(string id) => V1Jobs.Json(V1Jobs.Notify100000 with { JobId = id, Clean = "false" });
        await client.SendAsync("""{"id":null,"method":"client.show_message","params":["\ud83d"]}""");
        await client.SendAsync(Job("nul") + "\0");
        await client.SendAsync("\uFEFF" + Job("mark"));
        await client.SendAsync(Job("first") + Job("second"));
        foreach (var id in new[] { "nul", "mark", "first", "second" })
        {
            Assert.Equal(id, (await NextJobAsync()).JobId);
        }

        Assert.Equal(0, Log.Count("skipped"));
        Assert.Equal(1, Log.Count("says: \uFFFD"));
    }

    [Fact]
    public async Task Read_NothingButBadMessages_EndsTheConnection()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        for (var i = 0; i < 16; i++)
        {
            await client.SendAsync("""{"method":"mining.set_difficulty","params":["much"]}""");
        }

        Assert.StartsWith("16 bad jobs in a row, the last with difficulty 'much'", (await EndAsync<PoolProtocolException>()).Message);
    }

    [Fact]
    public async Task Reconnect_WithinTheOwnDomain_FollowedAndElsewhereNot()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendAsync("""{"method":"client.reconnect","params":["evil.example",3333,5]}""");
        await client.SendAsync("""{"id":null,"method":"client.reconnect","params":["127.0.0.1",4444,5]}""");

        Assert.Equal(new PoolUrl(PoolScheme.StratumTcp, "127.0.0.1", 4444), (await EndAsync<PoolRedirectException>()).Target);
        Assert.Equal(1, Log.Count("asks to reconnect to evil.example:3333"));
    }

    [Fact]
    public async Task ShowMessage_Many_TwentyAreLoggedWithoutSecrets()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        for (var i = 0; i < 30; i++)
        {
            await client.SendAsync($$"""{"method":"client.show_message","params":["maintenance\u0007 for {{Wallet}} secret-word"]}""");
        }

        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = "end" }));
        await NextJobAsync();

        Assert.Equal(20, Log.Count("says: maintenance? for RSUk8o…7dMP ***"));
        Assert.All(Log.Lines, line => Assert.DoesNotContain("secret-word", line));
        Assert.All(Log.Lines, line => Assert.DoesNotContain(Wallet, line));
    }

    [Theory]
    [InlineData("stratum+tcp://a:1", new[] { Algorithm.RandomX }, false)]
    [InlineData("stratum+ssl://a:1", new[] { Algorithm.GhostRider }, true)]
    [InlineData("stratum+tcp://a:1", new[] { Algorithm.GhostRider, Algorithm.RandomX }, true)]
    [InlineData("stratum+tcp://a:1", new[] { Algorithm.RandomX, Algorithm.GhostRider }, false)]
    [InlineData("stratum+tcp://a:1", new[] { Algorithm.RandomXV2, Algorithm.GhostRider }, false)]
    [InlineData("stratum+tcp://a:1", new[] { Algorithm.RandomXV2 }, false)]
    [InlineData("daemon+http://a:1", new[] { Algorithm.GhostRider }, null)]
    public void Handles_AnyAlgorithms_TheFirstDecides(string url, Algorithm[] algorithms, bool? v1)
    {
        Assert.True(PoolUrl.TryParse(url, out var parsed, out _));
        var endpoint = new PoolEndpoint(parsed, new(), algorithms);
        Assert.Equal(v1 == true, Connector().Handles(endpoint));
        Assert.Equal(v1 == false, new StratumConnector(new PoolTransport(Clock, Log), Clock, Log).Handles(endpoint));
    }

    [Fact]
    public async Task Read_HostileTextInEveryField_IsShownCleanAndTheJobIdGoesBackAsItCame()
    {
        var (hostile, quoted) = (WireValues.HostileInJson, JsonSerializer.Serialize(WireValues.HostileInJson));
        var client = await LoggedInAsync();
        await FirstJobAsync();
        await client.SendAsync($"{{\"id\":null,\"method\":\"client.show_message\",\"params\":[{quoted}]}}");
        await client.SendAsync($"{{\"id\":7,\"method\":{quoted},\"params\":[{quoted}]}}");
        await client.SendAsync($"{{\"id\":null,\"method\":\"client.reconnect\",\"params\":[{quoted},{quoted},{quoted}]}}");
        await client.SendAsync($"{{\"method\":\"mining.set_difficulty\",\"params\":[{quoted}]}}");
        await client.SendAsync($"{{\"method\":\"mining.set_extranonce\",\"params\":[{quoted},4]}}");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = hostile, PreviousHash = hostile }));
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000 with { JobId = hostile }));
        var job = await NextJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("mining.extranonce.subscribe");
        await client.ReadAnswerAsync();
        var submit = await client.ReadAsync("mining.submit");
        await client.AnswerAsync(submit, $"\"result\":null,\"error\":[20,{quoted},null]");

        Assert.Contains(hostile, Texts(submit));
        var refused = await Eventually.ComesAsync(submitting, "answer");
        Assert.True(refused.Reason!.All(OutsideText.IsHarmless), refused.Reason);
        Assert.All(Log.Lines, line => Assert.True(line.All(OutsideText.IsHarmless), line));
    }

    private static IEnumerable<string?> Texts(JsonElement request) => request.GetProperty("params").EnumerateArray().Select(item => item.GetString());

    private static string Subscribed(string extraNonce1, string extraNonce2Bytes) =>
        $"\"result\":[[[\"mining.set_difficulty\",\"1\"],[\"mining.notify\",\"1\"]],\"{extraNonce1}\",{extraNonce2Bytes}],\"error\":null";

    private static VerifiedShare Share(PoolJob job, uint nonce, uint extraNonce = 0) =>
        new() { JobSerial = job.Serial, ExtraNonce = extraNonce, Nonce = nonce, Hash = default };

    private V1Connector Connector() => new(new PoolTransport(Clock, Log), Clock, Log);

    private Task<FakePoolClient> StartAsync(Action<PoolEntry>? change = null)
    {
        var entry = new PoolEntry { Url = Pool.Url, User = Wallet, Pass = "secret-word" };
        change?.Invoke(entry);
        return StartAsync(Connector(), Endpoint(entry, Algorithm.GhostRider));
    }

    /// <summary>Logged in, with a first job that is not read yet.</summary>
    private async Task<FakePoolClient> LoggedInAsync(string extraNonce2Bytes = "4")
    {
        var client = await StartAsync();
        await client.AnswerAsync(await client.ReadAsync("mining.subscribe"), Subscribed("08000002", extraNonce2Bytes));
        await client.AnswerAsync(await client.ReadAsync("mining.authorize"), "\"result\":true,\"error\":null");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));
        return client;
    }
}
