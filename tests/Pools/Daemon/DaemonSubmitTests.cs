using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

/// <summary>A block is handed in until there is a verdict.</summary>
public sealed class DaemonSubmitTests : DaemonConnectionFixture
{
    [Fact]
    public async Task Submit_Block_HoldsExtraNonceAndNonce()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        Daemon.Change["get_block_header_by_height"] = answer => { answer.Remove("result"); return answer; };

        var result = await SubmitAsync(connection, job, extraNonce: 0x0a0b0c0d, nonce: 0x01020304);

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), result);
        var template = (MoneroBlockTemplate)job.Template!;
        var expected = template.Block.ToArray();
        new byte[] { 0x0d, 0x0c, 0x0b, 0x0a }.CopyTo(expected, template.ReservedOffset);
        new byte[] { 4, 3, 2, 1 }.CopyTo(expected, 39);
        Assert.Equal(Convert.ToHexStringLower(expected), Assert.Single(Daemon.Submitted));
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
        Daemon.Change["submit_block"] = _ => new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };
        if (!chainHasAnother)
        {
            Daemon.Change["get_block_header_by_height"] = answer => { answer.Remove("result"); return answer; };
        }

        Assert.Equal(new SubmitResult(outcome, message), await SubmitAsync(connection, job));
    }

    [Fact]
    public async Task Submit_DaemonBusy_IsAskedAgain()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        Daemon.Change["get_block_header_by_height"] = answer => { answer.Remove("result"); return answer; };
        Daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-9,"message":"Core is busy"}}""");

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => Daemon.Submitted.Count > 1, "a second try");
        Assert.False(submitting.IsCompleted);
        Daemon.Change.TryRemove("submit_block", out var _);
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(ShareOutcome.Accepted, (await submitting).Outcome);
    }

    [Fact]
    public async Task Submit_AnswerWasLost_TheSecondTryFindsItAccepted()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        var id = MoneroBlobBuilder.Create((MoneroBlockTemplate)job.Template!).BlockId(1, 2);
        Daemon.Replace["submit_block"] = context => { context.Abort(); return Task.CompletedTask; };
        Daemon.Change["get_block_header_by_height"] =
            answer => { answer["result"]!["block_header"]!["hash"] = id.ToString(); return answer; };

        var submitting = SubmitAsync(connection, job);
        await Eventually.HoldsAsync(() => !Daemon.Submitted.IsEmpty, "the first try");
        Daemon.Replace.Clear();
        Daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-7,"message":"Block not accepted"}}""");
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the second try");

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
        Assert.True(Daemon.Submitted.Count >= 2);
    }

    [Fact]
    public async Task Submit_ConnectionClosedMeanwhile_IsATransportError()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        Daemon.Replace["submit_block"] = async context => await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
        var submitting = SubmitAsync(connection, job);
        await Eventually.HoldsAsync(() => !Daemon.Submitted.IsEmpty, "the block arrives");

        await connection.DisposeAsync().AsTask().WaitAsync(Patience);

        await Assert.ThrowsAsync<IOException>(() => submitting.WaitAsync(Patience));
    }

    [Fact]
    public async Task Submit_ConnectionClosedBetweenTwoTries_IsATransportError()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        Daemon.Replace["submit_block"] = Abort;
        var submitting = SubmitAsync(connection, job);
        await Log.WaitAsync("waits");

        await connection.DisposeAsync().AsTask().WaitAsync(Patience);
        Clock.Advance(TimeSpan.FromSeconds(1));

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
        Daemon.Replace["submit_block"] = context => { context.Response.StatusCode = status; return Task.CompletedTask; };

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => Daemon.Submitted.Count > 1, "a second try");
        Daemon.Replace.Clear();
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
        Assert.Equal(1, Log.Count($"waits: 127.0.0.1:{Daemon.Port} submit_block: HTTP status {status}"));
        Assert.True(Statistics.Snapshot(default, null, null, default, null).RetriedRequests > 0);
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
        Daemon.Replace["submit_block"] = context => context.Response.WriteAsync(body);

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => Daemon.Submitted.Count > 1, "a second try");
        Daemon.Replace.Clear();
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
        Daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-7,"message":"Block not accepted"}}""");

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => Daemon.Submitted.Count > 1, "a second try");
        Daemon.Replace.Clear();
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), await submitting);
    }

    [Fact]
    public async Task Submit_NotAcceptedAndTheHeaderCanNeverBeRead_IsRejectedInTheEnd()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        AnswerHeader(200, "rubbish");
        Daemon.Change["submit_block"] = _ => JsonNode.Parse("""{"error":{"code":-7,"message":"Block not accepted"}}""");

        var submitting = SubmitAsync(connection, job);
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the answer");

        Assert.Equal(new SubmitResult(ShareOutcome.Rejected, "Block not accepted"), await submitting);
    }

    [Fact]
    public async Task Submit_ChainGoesOnAndTheHeaderCanNeverBeRead_IsNotSaidToBeWithoutTheBlock()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        Daemon.Replace["submit_block"] = Abort;
        var submitting = SubmitAsync(connection, job);
        await Log.WaitAsync("waits");
        HasOwnBlock(job);
        Daemon.MoveOn();
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
        Daemon.Replace["submit_block"] = Abort;
        var submitting = SubmitAsync(connection, job);
        await Log.WaitAsync("waits");
        if (isOwn)
        {
            HasOwnBlock(job);
        }

        Daemon.MoveOn();
        AnswerHeader(502, "");
        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out var next) && next.Parent != job.Parent, "the next job");
        var sent = Daemon.Submitted.Count;
        Daemon.Replace.TryRemove("get_block_header_by_height", out _);
        await AdvanceUntilAsync(() => submitting.IsCompleted, "the outcome");

        Assert.Equal(outcome, (await submitting).Outcome);
        Assert.InRange(Daemon.Submitted.Count - sent, 0, 1);   // one may have been on its way
    }

    /// <summary>The chain has at its height what <see cref="SubmitAsync"/> hands in.</summary>
    private void HasOwnBlock(PoolJob job)
    {
        var id = MoneroBlobBuilder.Create((MoneroBlockTemplate)job.Template!).BlockId(1, 2);
        Daemon.Change["get_block_header_by_height"] = answer =>
        {
            answer["result"]!["block_header"]!["hash"] = id.ToString();
            return answer;
        };
    }

    private void AnswerHeader(int status, string body) => Daemon.Replace["get_block_header_by_height"] = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    };
}
