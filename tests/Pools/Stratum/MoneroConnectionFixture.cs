using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>A connection in the dialect of Monero.</summary>
public abstract class MoneroConnectionFixture : StratumConnectionFixture
{
    private protected const string Wallet = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";

    private protected static PoolEntry PlainEntry(string url) => new() { Url = url, User = Wallet + "+5000", Pass = "secret-word" };

    private protected static VerifiedShare Share(PoolJob job, uint nonce) =>
        new() { JobSerial = job.Serial, ExtraNonce = 0, Nonce = nonce, Hash = new() { W3 = 7UL << 56 } };

    private protected PoolEntry Entry() => PlainEntry(Pool.Url);

    private protected PoolEndpoint Endpoint(PoolEntry entry) => Endpoint(entry, Algorithm.RandomX);

    private protected StratumConnector Connector() => new(new PoolTransport(Clock, Log), Clock, Log);

    private protected Task<FakePoolClient> StartAsync(PoolEntry entry) => StartAsync(Connector(), Endpoint(entry));

    private protected async Task<FakePoolClient> LoggedInAsync(params string[] extensions)
    {
        var client = await StartAsync(Entry());
        await client.LoginAsync(new(), extensions);
        return client;
    }
}
