using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>How the login goes, and how it fails.</summary>
public sealed class MoneroLoginTests : MoneroConnectionFixture
{
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
        Assert.Equal($"127.0.0.1:{Pool.Port}", job.Pool);
        Assert.Equal("127.0.0.1", Connection.Peer.Ip);
    }

    [Fact]
    public async Task Connect_LoginRefused_ThrowsLoginExceptionWithoutSecrets()
    {
        var client = await StartAsync(Entry());
        await client.RefuseAsync(await client.ReadAsync("login"), $"bad login {Wallet}+5000 / secret-word");

        var refusal = await Assert.ThrowsAsync<PoolLoginException>(() => Connecting);
        Assert.Equal("bad login 44AFFq…5000 / ***", refusal.Message);
    }

    [Fact]
    public async Task Connect_RefusedWithoutALineEndAndClosed_SaysWhy()
    {
        var client = await StartAsync(Entry());
        await client.ReadAsync("login");
        await client.SendRawAsync("""{"id":1,"error":{"code":-1,"message":"no such user"}}"""u8.ToArray());
        client.Drop();
        Assert.Equal("no such user", (await Assert.ThrowsAsync<PoolLoginException>(() => Connecting)).Message);
    }

    [Fact]
    public async Task Connect_RefusalWithoutAnId_TakenAsTheAnswerToTheLogin()
    {
        var client = await StartAsync(Entry());
        await client.ReadAsync("login");
        await client.SendAsync("""{"id":null,"error":{"message":"no such user"}}""");
        Assert.Equal("no such user", (await Assert.ThrowsAsync<PoolLoginException>(() => Connecting)).Message);
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
        var client = await StartAsync(Entry());
        await client.ReadAsync("login");

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => Clock.AdvanceUntilAsync(Connecting, "end of the login"));
        Assert.Equal("no answer to the login within 10 s", failure.Message);
    }

    [Fact]
    public async Task Connect_OnlyAlgorithmsMoneroPoolsDoNotServe_ThrowsLoginException()
    {
        var endpoint = Endpoint(Entry()) with { Algorithms = [Algorithm.GhostRider] };
        var failure = await Assert.ThrowsAsync<PoolLoginException>(() => Connector().ConnectAsync(endpoint, () => 1, Statistics, default));
        Assert.Contains("not gr", failure.Message);
    }
}
