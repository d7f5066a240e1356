using System.Text;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>What goes out with a share, and what the answers mean.</summary>
public sealed class MoneroSubmitTests : MoneroConnectionFixture
{
    [Fact]
    public async Task Submit_Accepted_SendsNonceInBlobOrderAndSessionId()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 0x04030201), default);
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
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.AnswerAsync(await client.ReadAsync("submit"), rest);
        Assert.Equal(expected, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
    }

    [Fact]
    public async Task Submit_RxTwo_ResultIsTheCommitmentAndTheHashGoesWithIt()
    {
        var client = await StartAsync(Connector(), Endpoint(Entry()) with { Algorithms = [Algorithm.RandomX, Algorithm.RandomXV2] });
        var login = await client.LoginAsync(new() { Algo = "rx/2" }, "algo");
        Assert.Equal(["rx/0", "rx/2"], login.GetProperty("params").GetProperty("algo").EnumerateArray().Select(name => name.GetString()));
        var job = await FirstJobAsync();
        Assert.Equal(Algorithm.RandomXV2, job.Algorithm);

        var share = Share(job, 0x04030201);
        var submitting = Connection.SubmitAsync(job, share, default);
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
        await client.AnswerAsync(await client.ReadAsync("login"),
            "\"method\":\"login\",\"result\":{" + id + "\"job\":" + new FakeJob().Json + ",\"status\":\"OK\"},\"error\":null");
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        var submit = await client.ReadAsync("submit");
        await client.AnswerAsync(submit, "\"method\":\"submit\",\"result\":{\"status\":\"OK\"},\"error\":null");

        Assert.Equal("", submit.GetProperty("params").GetProperty("id").GetString());
        Assert.Equal(ShareOutcome.Accepted, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
        Clock.Advance(TimeSpan.FromSeconds(60));
        await client.ReadAsync("keepalived");
    }

    [Fact]
    public async Task Submit_AlgoNegotiated_SendsAlgo()
    {
        var client = await LoggedInAsync(extensions: "algo");
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
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
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
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
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.RefuseAsync(await client.ReadAsync("submit"), text);

        await Assert.ThrowsAsync<PoolLoginException>(() => submitting);
        Assert.Equal(text, (await EndAsync<PoolLoginException>()).Message);
    }

    [Fact]
    public async Task Submit_AnswersInOtherOrder_EachFindsItsShare()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var first = Connection.SubmitAsync(job, Share(job, 1), default);
        var one = await client.ReadAsync("submit");
        var second = Connection.SubmitAsync(job, Share(job, 2), default);
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
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        client.Drop();

        await Assert.ThrowsAnyAsync<IOException>(() => submitting);
        await Assert.ThrowsAnyAsync<IOException>(() => Connection.SubmitAsync(job, Share(job, 2), default));
    }

    [Fact]
    public async Task Submit_AnsweredAfterThirtyFiveSeconds_Counts()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        var submit = await client.ReadAsync("submit");
        for (var second = 0; second < 35; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await client.AcceptAsync(submit);
        Assert.Equal(ShareOutcome.Accepted, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
    }

    [Fact]
    public async Task Submit_NothingComesForAMinute_ConnectionCountsAsDead()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(submitting.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<TimeoutException>(() => submitting);
        await client.ClosedAsync();
    }

    [Fact]
    public async Task Submit_JobsComeButNoAnswer_ConnectionCountsAsDeadAfterTwoMinutes()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        for (var i = 0; i < 6; i++)
        {
            Assert.False(submitting.IsCompleted);
            await client.SendJobAsync(new() { JobId = $"later-{i}" });
            await NextJobAsync();
            Clock.Advance(TimeSpan.FromSeconds(20));
        }

        await Assert.ThrowsAsync<TimeoutException>(() => submitting);
    }

    [Fact]
    public async Task Submit_RefusedInLatin1_TheAnswerArrives()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.ReadAsync("submit");
        await client.SendRawAsync(Encoding.Latin1.GetBytes("""{"id":2,"error":{"code":-1,"message":"zu spät (stale)"}}""" + "\n"));
        Assert.Equal(ShareOutcome.Stale, (await Eventually.ComesAsync(submitting, "answer")).Outcome);
    }

    [Fact]
    public async Task Log_WholeConversation_HoldsNeitherPasswordNorWallet()
    {
        var client = await LoggedInAsync();
        var job = await FirstJobAsync();
        var submitting = Connection.SubmitAsync(job, Share(job, 1), default);
        await client.RefuseAsync(await client.ReadAsync("submit"), $"no more from {Wallet}+5000 secret-word");
        var answer = await submitting;
        await client.SendJobAsync(new() { Target = "bad" });
        await client.SendJobAsync(new() { JobId = "end" });
        await NextJobAsync();

        Assert.Equal("no more from 44AFFq…5000 ***", answer.Reason);
        Assert.All(Log.Lines, line => Assert.DoesNotContain("secret-word", line));
        Assert.All(Log.Lines, line => Assert.DoesNotContain(Wallet, line));
    }
}
