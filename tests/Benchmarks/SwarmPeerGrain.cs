using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Grains.Placement;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Benchmarks;

/// <summary>Takes work as the real one does, and hashes none of it. Only one silo has its class, so that all live there.</summary>
[KeepAlive, Reentrant, GrainDirectory(NodeDirectory.Name)]
internal sealed class SwarmPeerGrain(SwarmTally tally) : Grain, IPeerGrain
{
    private ulong _generation;
    private NodeId _node;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _node = NodeId.TryParse(this.GetPrimaryKeyString(), out var node) ? node : default;
        return Task.CompletedTask;
    }

    public async ValueTask AssignAsync(string session, WorkUnit? unit, ulong generation)
    {
        if (tally.Hangs(_node) is { } hanging)
        {
            await hanging;
        }

        if (unit is not null && unit.Generation > _generation)
        {
            _generation = unit.Generation;
            tally.Took(_node, unit);
        }
    }

    public Task StartAsync(string session) => throw Unused();

    public ValueTask PauseAsync() => throw Unused();

    public ValueTask ResumeAsync() => throw Unused();

    public ValueTask DrainAsync() => throw Unused();

    public ValueTask SetThreadsAsync(int threads) => throw Unused();

    public Task<BenchResult> BenchAsync(TimeSpan duration) => throw Unused();

    public ValueTask SetQuarantinedAsync(bool quarantined) => throw Unused();

    public ValueTask<PeerStatus> GetStatusAsync() => throw Unused();

    private static NotSupportedException Unused() => new("a peer of the swarm only takes work");
}
