using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Pools.Practice;
using P2PMiner.Native;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>A practice pool of the test, on a host of its own: all masters of a cluster talk to the one, and the test reads what came of it.</summary>
internal sealed class PoolHost : IAsyncDisposable
{
    private readonly HashEngine _engine = VerifyingEngine.Create();

    private PoolHost(PracticePoolOptions options)
        => Pool = new(options, _engine, TimeProvider.System, NullLogger<PracticePool>.Instance);

    public PracticePool Pool { get; }

    public static async Task<PoolHost> StartAsync(IHostNetwork network, int host, PracticePoolOptions options)
    {
        options.Bind = network.AddressOf(host);
        var pool = new PoolHost(options);
        await network.RunOnAsync(host, pool.Pool.Start);
        return pool;
    }

    /// <summary>With which a node mines here.</summary>
    public string[] OptionsOf(int host) => ["-o", $"stratum+tcp://{Pool.Endpoint}", "-u", "test", "--rig-id", $"host-{host}"];

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        await _engine.DisposeAsync();
    }
}
