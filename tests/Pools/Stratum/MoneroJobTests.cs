using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>Jobs good and bad, and what keeps a connection alive between them.</summary>
public sealed class MoneroJobTests : MoneroConnectionFixture
{
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
    public async Task Read_SilenceWithoutARequest_KeepsTheConnection()
    {
        var client = await LoggedInAsync();
        await FirstJobAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await client.SendJobAsync(new() { JobId = "later" });
        Assert.Equal("later", (await NextJobAsync()).JobId);
    }

    [Fact]
    public async Task KeepAlive_Offered_SentAfterAMinuteOfSilenceAndNeedsNoAnswer()
    {
        var client = await LoggedInAsync(extensions: "keepalive");
        await FirstJobAsync();
        Clock.Advance(TimeSpan.FromSeconds(60));
        var request = await client.ReadAsync("keepalived");
        Assert.Equal("session-1", request.GetProperty("params").GetProperty("id").GetString());
        Clock.Advance(TimeSpan.FromSeconds(59));
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
        Clock.Advance(TimeSpan.FromSeconds(61));
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
        Assert.Equal(1, Log.Count("sent a job that is ignored: target '00000000'"));
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
        Assert.Equal(1, Log.Count("again unchanged"));
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
        Assert.Equal(8, Log.Count("not a JSON object: rubbish 44AFFq…5000 ***"));
        Assert.Equal(300, Statistics.Snapshot(PoolState.Connected, null, null, default, null).SkippedMessages);
    }
}
