using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

/// <summary>How new jobs come: by polling, and sooner by ZMQ.</summary>
public sealed class DaemonPollTests : DaemonConnectionFixture
{
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
        Daemon.Replace["getheight"] = context => context.Response.WriteAsync(body);
        Daemon.MoveOn();

        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out _), "a job of the next block");

        Assert.Equal(first.Height + 1, (await NextJobAsync(connection)).Height);
    }

    [Fact]
    public async Task Poll_HeightIsUnknownButTheHashIsThere_NoTemplateIsNeeded()
    {
        var connection = await ConnectAsync();
        var job = await NextJobAsync(connection);
        Daemon.Replace["getheight"] = context => context.Response.WriteAsync($"{{\"height\":\"\",\"hash\":\"{job.Parent}\"}}");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => Daemon.Asked.Count == 2, "a poll");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => Daemon.Asked.Count == 3, "another");

        Assert.Single(Daemon.Asked, method => method == "get_block_template");
    }

    [Fact]
    public async Task Poll_ChainMovedOn_BringsAJobWithAnotherParent()
    {
        var connection = await ConnectAsync();
        var first = await NextJobAsync(connection);

        Daemon.MoveOn();
        Clock.Advance(TimeSpan.FromSeconds(1));

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
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => Daemon.Asked.Count(method => method == "getheight") == second, $"poll {second}");
        }

        Assert.Single(Daemon.Asked, method => method == "get_block_template");
        Clock.Advance(TimeSpan.FromSeconds(1));

        var refreshed = await NextJobAsync(connection);
        Assert.Equal(first.Parent, refreshed.Parent);
        Assert.NotEqual(first.Blob, refreshed.Blob);
    }

    [Fact]
    public async Task Poll_DaemonBusyForAWhile_GoesOnAfterwards()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        Daemon.Change["get_block_template"] = _ => JsonNode.Parse("""{"error":{"code":-9,"message":"Core is busy"}}""");
        Daemon.MoveOn();
        for (var second = 0; second < 20; second++)
        {
            var asked = Daemon.Asked.Count;
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => Daemon.Asked.Count > asked, "the busy daemon is asked again");
        }

        Assert.False(connection.Jobs.Completion.IsCompleted);
        Daemon.Change.Clear();
        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out _), "a job after the daemon was busy");
    }

    [Fact]
    public async Task Poll_SilentForTenSeconds_EndsTheConnectionWithTheTransportsError()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        await Daemon.DisposeAsync();

        await Eventually.HoldsAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return connection.Jobs.Completion.IsCompleted;
        }, "the connection ends");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => connection.Jobs.Completion);
        Assert.True(error is HttpRequestException or TimeoutException, $"{error}");
        Assert.True(Clock.GetUtcNow() - Clock.Start >= TimeSpan.FromSeconds(10), "it gave up early");
    }

    [Fact]
    public async Task Poll_TemplateGoesBad_EndsTheConnectionWithAProtocolError()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        ChangeTemplate(template => template["blockhashing_blob"] = "00");
        Daemon.MoveOn();
        Clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<PoolProtocolException>(() => connection.Jobs.Completion.WaitAsync(Patience));
    }

    [Fact]
    public async Task Zmq_NoticeOfABlock_BringsAJobWithoutTheTimer()
    {
        using var publisher = new FakePublisher();
        var subscribing = publisher.AcceptAsync();
        var connection = await ConnectAsync(zmq: publisher.Address);
        var first = await NextJobAsync(connection);
        Daemon.MoveOn();

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
        Daemon.MoveOn();
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(first.Height + 1, (await NextJobAsync(connection)).Height);
    }

    [Fact]
    public async Task Poll_HttpErrorsForAWhile_AreLikeNoAnswer()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        Func<HttpContext, Task> unavailable = context => { context.Response.StatusCode = 503; return Task.CompletedTask; };
        Daemon.Replace["getheight"] = Daemon.Replace["get_block_template"] = unavailable;
        for (var second = 0; second < 8; second++)
        {
            var asked = Daemon.Asked.Count;
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => Daemon.Asked.Count > asked, "it is asked again");
        }

        Assert.False(connection.Jobs.Completion.IsCompleted);
        Daemon.Replace.Clear();
        Daemon.MoveOn();
        await AdvanceUntilAsync(() => connection.Jobs.TryPeek(out _), "a job after that");
    }

    [Fact]
    public async Task Poll_HttpErrorsForTenSeconds_EndTheConnection()
    {
        var connection = await ConnectAsync();
        await NextJobAsync(connection);
        Daemon.Replace["getheight"] = Daemon.Replace["get_block_template"] = context => { context.Response.StatusCode = 503; return Task.CompletedTask; };

        await AdvanceUntilAsync(() => connection.Jobs.Completion.IsCompleted, "the end");

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => connection.Jobs.Completion);
        Assert.Contains("HTTP status 503", error.Message, StringComparison.Ordinal);
        Assert.True(Clock.GetUtcNow() - Clock.Start >= TimeSpan.FromSeconds(10), "it gave up early");
    }
}
