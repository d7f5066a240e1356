using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Datasets;
using P2PMiner.Grains.Datasets;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Placement;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// See <see cref="IPeerGrain"/>. The node's <see cref="MiningLoop"/> among the grains: it gives it the way to the others, the timer and a
/// scheduler. Reentrant, because everything slow is awaited there in the background, and a new job must not wait for it. A node's silo is
/// named by its id, so that this is the profile's node.
/// </summary>
[KeepAlive, Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class PeerGrain(
    IHashEngine engine, HostProfile host, NodeControl control, SliceEpoch slices, SearchLedger ledger,
    ShareTally shares, TimeProvider clock, ILogger<PeerGrain> log)
    : Grain, IPeerGrain
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(2);

    private MiningLoop _loop = null!;   // made with the activation, which can make references to other grains

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var remote = new RemoteHasher(node => GrainFactory.GetGrain<IDatasetHostGrain>(node.ToString()), engine, host.Node, clock, log);
        var threads = new OwnThreads(GrainFactory.GetGrain<IHashWorkerGrain>(0), engine, slices, clock, log);
        _loop = new(host, control, engine, threads, remote, ledger, shares, clock, log);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _loop.End();
        return Task.CompletedTask;
    }

    public Task StartAsync(string session)
    {
        if (_loop.Session == session)
        {
            return Task.CompletedTask;
        }

        if (!NodeId.TryParse(session, out _))
        {
            throw new WireValueException("a session is named by the id of its master");
        }

        if (_loop.Session is null)
        {
            this.RegisterGrainTimer(_loop.TickAsync, TickPeriod, TickPeriod);
        }

        return _loop.JoinAsync(session, GrainFactory.GetGrain<IJobGrain>(session));
    }

    public ValueTask AssignAsync(string session, WorkUnit? unit, ulong generation)
    {
        _loop.Assign(session, unit, generation);
        return ValueTask.CompletedTask;
    }

    public ValueTask PauseAsync()
    {
        _loop.Pause();
        return ValueTask.CompletedTask;
    }

    public ValueTask ResumeAsync()
    {
        _loop.Resume();
        return ValueTask.CompletedTask;
    }

    public ValueTask DrainAsync() => new(_loop.DrainAsync());

    public ValueTask SetThreadsAsync(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, PeerCapabilities.MaxThreads);
        _loop.SetThreads(threads);
        return ValueTask.CompletedTask;
    }

    public Task<BenchResult> BenchAsync(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, TimeSpan.FromSeconds(IPeerGrain.MaxBenchSeconds));
        return _loop.BenchAsync(duration);
    }

    public ValueTask SetQuarantinedAsync(bool quarantined)
    {
        _loop.SetQuarantined(quarantined);
        return ValueTask.CompletedTask;
    }

    public ValueTask<PeerStatus> GetStatusAsync() => ValueTask.FromResult(_loop.GetStatus());
}
