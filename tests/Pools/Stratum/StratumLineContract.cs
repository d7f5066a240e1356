using System.Text;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>What both dialects do with lines and requests of a pool, whatever jobs look like.</summary>
public abstract class StratumLineContract : StratumConnectionFixture
{
    /// <summary>Logged in, with the first job read, and nothing of the miner unread.</summary>
    private protected abstract Task<FakePoolClient> ReadyAsync();

    /// <summary>A job as a pool writes it, which makes none before it stale.</summary>
    private protected abstract string Job(string id);

    [Theory]
    [InlineData("900", "mining.ping", "\"pong\"", "null")]
    [InlineData("\"a-1\"", "mining.ping", "\"pong\"", "null")]
    [InlineData("0", "client.get_version", null, "null")]
    [InlineData("1e3", "mining.of.tomorrow", "null", "{\"code\":-32601,\"message\":\"Method not found\"}")]
    public async Task Request_WithAnId_IsAnswered(string id, string method, string? result, string error)
    {
        var client = await ReadyAsync();
        await client.SendAsync($$"""{"id":{{id}},"method":"{{method}}","params":[]}""");
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(id, answer.GetProperty("id").GetRawText());
        Assert.Equal(result ?? $"\"{StratumRequests.Agent}\"", answer.GetProperty("result").GetRawText());
        Assert.Equal(error, answer.GetProperty("error").GetRawText());
        Assert.Equal(error == "null" ? 0 : 1, Statistics.Snapshot(PoolState.Connected, null, null, default, null).RefusedRequests);
    }

    [Fact]
    public async Task Request_FloodAndNotices_EightAreAnsweredThenOneASecond()
    {
        var client = await ReadyAsync();
        for (var id = 1; id <= 1000; id++)
        {
            await client.SendAsync($$"""{"id":{{id}},"method":"mining.ping"}""");
            await client.SendAsync("""{"method":"mining.of.tomorrow"}""");
        }

        await client.SendAsync(Job("next"));
        Assert.Equal("next", (await NextJobAsync()).JobId);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await client.SendAsync("""{"id":"last","method":"mining.ping"}""");

        var ids = new List<string>();
        for (var i = 0; i < 9; i++)
        {
            ids.Add((await client.ReadAnswerAsync()).GetProperty("id").GetRawText());
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "\"last\""], ids);
        Assert.Equal(992, Statistics.Snapshot(PoolState.Connected, null, null, default, null).RefusedRequests);
        Assert.Equal(3, Log.Count("asks for mining.ping"));
    }

    [Fact]
    public async Task Jobs_ManyASecond_TheNewestOfEachSecondIsPassedOn()
    {
        var client = await ReadyAsync();
        for (var i = 1; i <= 500; i++)
        {
            await client.SendAsync(Job($"{i}"));
        }

        for (var i = 1; i <= 7; i++)
        {
            Assert.Equal($"{i}", (await NextJobAsync()).JobId);
        }

        await client.SendAsync("""{"id":1,"method":"mining.ping"}""");
        await client.ReadAnswerAsync();
        Assert.False(Connection.Jobs.TryRead(out _));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var newest = await NextJobAsync();
        Assert.Equal(("500", 9UL), (newest.JobId, newest.Serial));
        Assert.Equal(3, Log.Count("sends more jobs than can be used"));
        Assert.Equal(492, Statistics.Snapshot(PoolState.Connected, null, null, default, null).SkippedMessages);
    }

    [Fact]
    public async Task Read_HalfLines_JoinedIntoTheJob()
    {
        var client = await ReadyAsync();
        var line = Encoding.UTF8.GetBytes(Job("halves") + "\r\n");
        await client.SendRawAsync(line.AsMemory(0, 40));
        await client.SendRawAsync(line.AsMemory(40));
        Assert.Equal("halves", (await NextJobAsync()).JobId);
    }

    [Theory]
    [MemberData(nameof(BadLines.All), MemberType = typeof(BadLines))]
    public async Task Read_BadLine_SkippedWithOneLineAndTheConnectionStays(string line)
    {
        var client = await ReadyAsync();
        await client.SendRawAsync(Encoding.Latin1.GetBytes(line + "\n"));
        await client.SendAsync(Job("next"));

        Assert.Equal("next", (await NextJobAsync()).JobId);
        Assert.Equal(1, Log.Count("sent a line that is skipped: not a JSON object: "));
        Assert.Equal(1, Statistics.Snapshot(PoolState.Connected, null, null, default, null).SkippedMessages);
    }

    [Fact]
    public async Task Read_JobsWithNulMarkOrWithoutLineEnd_AreTaken()
    {
        var client = await ReadyAsync();
        await client.SendAsync(Job("nul") + "\0");
        Assert.Equal("nul", (await NextJobAsync()).JobId);
        await client.SendAsync("\uFEFF" + Job("mark"));
        Assert.Equal("mark", (await NextJobAsync()).JobId);
        await client.SendAsync(Job("first") + Job("second"));
        Assert.Equal(["first", "second"], [(await NextJobAsync()).JobId, (await NextJobAsync()).JobId]);
        Assert.Equal(0, Log.Count("skipped"));
    }

    [Fact]
    public async Task Read_NothingButBadLines_EndsTheConnection()
    {
        var client = await ReadyAsync();
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
        var client = await ReadyAsync();
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
        var client = await ReadyAsync();
        client.Drop();
        Assert.Equal("the pool closed the connection", (await EndAsync<IOException>()).Message);
    }

    [Fact]
    public async Task Reconnect_SameHost_EndsWithARedirect()
    {
        var client = await ReadyAsync();
        await client.SendAsync("""{"method":"client.reconnect","params":["127.0.0.1","4444"]}""");
        var redirect = await EndAsync<PoolRedirectException>();
        Assert.Equal(new PoolUrl(PoolScheme.StratumTcp, "127.0.0.1", 4444), redirect.Target);
    }

    [Fact]
    public async Task Reconnect_ForeignHost_IgnoredWithOneLine()
    {
        var client = await ReadyAsync();
        await client.SendAsync("""{"method":"client.reconnect","params":["evil.example",3333]}""");
        await client.SendAsync(Job("still here"));
        Assert.Equal("still here", (await NextJobAsync()).JobId);
        Assert.Equal(1, Log.Count("asks to reconnect to evil.example:3333"));
    }
}
