using P2PMiner.Hashing;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>The contract of both dialects, in Stratum v1.</summary>
public sealed class V1LineTests : StratumLineContract
{
    private protected override async Task<FakePoolClient> ReadyAsync()
    {
        var connector = new V1Connector(new PoolTransport(Clock, Log), Clock, Log);
        var client = await StartAsync(connector, Endpoint(new() { Url = Pool.Url, User = "wallet" }, Algorithm.GhostRider));
        await client.AnswerAsync(await client.ReadAsync("mining.subscribe"), "\"result\":[[],\"08000002\",4],\"error\":null");
        await client.AnswerAsync(await client.ReadAsync("mining.authorize"), "\"result\":true,\"error\":null");
        await client.SendAsync(V1Jobs.Json(V1Jobs.Notify100000));
        await FirstJobAsync();
        await client.ReadAsync("mining.extranonce.subscribe");
        return client;
    }

    private protected override string Job(string id) => V1Jobs.Json(V1Jobs.Notify100000 with { JobId = id, Clean = "false" });
}
