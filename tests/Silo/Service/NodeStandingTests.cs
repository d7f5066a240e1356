using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Pool;
using P2PMiner.Silo.Service;

namespace P2PMiner.Silo.Tests.Service;

public sealed class NodeStandingTests
{
    private static readonly PoolStatus NoPool = new() { State = PoolState.None };
    private static readonly PoolStatus Connected = new() { State = PoolState.Connected, Pool = "pool.example:3333" };
    private static readonly PoolStatus Failing = new() { State = PoolState.Waiting, Pool = "pool.example:3333", LastError = "Connection refused" };

    private static readonly NodeStanding Start = new(Engine(null, 0), null, null, IsPaused: false, TimeSpan.Zero);

    [Fact]
    public void Start_WithoutAnything_IsNotReady() => Assert.False(Start.IsReady);

    [Fact]
    public void IsReady_DatasetIsMade_WithoutWaiting() => Assert.True((Start with { Engine = Engine(Algorithm.RandomX, 1) }).IsReady);

    [Fact]
    public void IsReady_DatasetIsBeingMade_NotHoweverLongItTakes()
    {
        var making = Start with { Engine = Engine(Algorithm.RandomX, 0.4), Pool = Connected, IsMaster = true, Uptime = TimeSpan.FromHours(1) };
        Assert.False(making.IsReady);
        Assert.Equal("preparing: dataset 40%", making.Text);
    }

    [Fact]
    public void IsReady_NoPoolIsConfigured_AtOnce()
    {
        var idle = Start with { Pool = NoPool, IsMaster = true };
        Assert.True(idle.IsReady);
        Assert.Equal("waiting for a pool: none is configured, master", idle.Text);
    }

    [Fact]
    public void IsReady_PoolDoesNotAnswer_AfterAWhile()
    {
        var waiting = Start with { Pool = Failing, IsMaster = false };
        Assert.False(waiting.IsReady);
        Assert.True((waiting with { Uptime = NodeStanding.Waits }).IsReady);
        Assert.Equal("waiting for pool pool.example:3333 (Connection refused), worker", waiting.Text);
    }

    [Fact]
    public void IsReady_WorkerWithoutMaster_AfterAWhile()
    {
        Assert.True((Start with { Uptime = NodeStanding.Waits }).IsReady);
        Assert.Equal("waiting for a master", Start.Text);
    }

    [Fact]
    public void IsReady_MasterIsKnownButTheSiloDoesNotRun_NeverByWaiting()
    {
        var starting = Start with { IsMaster = true, Uptime = TimeSpan.FromHours(1) };
        Assert.False(starting.IsReady);
        Assert.Equal("starting", starting.Text);
    }

    [Fact]
    public void Text_WhileMining_NamesSpeedPoolAndPart()
    {
        var mining = Start with { Engine = Engine(Algorithm.RandomX, 1, 1234.56), Pool = Connected, IsMaster = true };
        Assert.Equal("mining at 1234.6 H/s on pool.example:3333, master", mining.Text);
        Assert.Equal("connected to pool.example:3333, not hashing yet, worker", (mining with { Engine = Engine(Algorithm.RandomX, 1), IsMaster = false }).Text);
        Assert.Equal("paused", (mining with { IsPaused = true }).Text);
    }

    private static EngineStatus Engine(Algorithm? algorithm, double progress, double rate = 0)
        => new() { Threads = 1, Algorithm = algorithm, DatasetProgress = progress, Rates = new() { Current = new(rate) } };
}
