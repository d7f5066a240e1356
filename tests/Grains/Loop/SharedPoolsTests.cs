using Microsoft.Extensions.DependencyInjection;
using P2PMiner.Grains.Pool;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>Pools that one node of a cluster was given, and who mines on them.</summary>
public sealed class SharedPoolsTests
{
    [Fact]
    public async Task Master_WithoutAPool_MinesOnThatOfAnotherNode()
    {
        await using var farm = await Farm.StartAsync(2, new(), pool => pool.Pools = []);
        var session = farm.Client.GetGrain<IPoolSessionGrain>(farm.Session);
        Assert.Equal(PoolState.None, (await session.GetStatusAsync()).State);

        await session.SharePoolsAsync(new() { Pools = [new() { Url = $"stratum+tcp://{farm.Proxy.Endpoint}", User = "farm" }] });

        await farm.UntilAsync(() => farm.Accepted >= 2, "shares");
        Assert.Contains(farm.Log, line => line.Contains("the pools of the cluster are: stratum+tcp://", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NextMaster_GoesOnWithThePoolsAsTheyWereChanged()
    {
        await using var farm = await Farm.StartAsync(2, new());
        var first = farm.Client.GetGrain<IPoolSessionGrain>(farm.Session);
        Assert.Null(await first.AddPoolAsync(new() { Url = "stratum+tcp://127.0.0.1:9", User = "second" }));
        var next = farm.Nodes[1];
        var directory = next.Host.Services.GetRequiredService<PoolDirectory>();
        directory.Heard(await first.SharePoolsAsync(directory.Shared));

        var session = farm.Client.GetGrain<IPoolSessionGrain>(next.Id.ToString());
        await session.StartAsync();

        Assert.Equal([$"stratum+tcp://{farm.Proxy.Endpoint}", "stratum+tcp://127.0.0.1:9"], (await session.GetStatusAsync()).Pools);
    }

    [Fact]
    public async Task Practice_IsNoBusinessOfOthers()
    {
        await using var farm = await Farm.StartAsync(1, new(), pool => pool.Practice = true);
        var session = farm.Client.GetGrain<IPoolSessionGrain>(farm.Session);

        Assert.Empty((await session.SharePoolsAsync(new() { Pools = [new() { Url = "stratum+tcp://127.0.0.1:9", User = "u" }], Changes = 5 })).Pools);

        Assert.DoesNotContain("stratum+tcp://127.0.0.1:9", (await session.GetStatusAsync()).Pools);
    }
}
