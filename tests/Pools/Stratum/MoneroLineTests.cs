using P2PMiner.Hashing;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>The contract of both dialects, in that of Monero.</summary>
public sealed class MoneroLineTests : StratumLineContract
{
    private protected override async Task<FakePoolClient> ReadyAsync()
    {
        var connector = new StratumConnector(new PoolTransport(Clock, Log), Clock, Log);
        var client = await StartAsync(connector, Endpoint(new() { Url = Pool.Url, User = "4wallet" }, Algorithm.RandomX));
        await client.LoginAsync(new());
        await FirstJobAsync();
        return client;
    }

    private protected override string Job(string id) => $$"""{"method":"job","params":{{new FakeJob { JobId = id }.Json}}}""";
}
