using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Output;

namespace P2PMiner.Silo.Hosting;

/// <summary>The console's view of this node, over its grains.</summary>
internal sealed class GrainConsoleSource(IGrainFactory grains, IHashEngine engine, ThisNode node) : IMinerConsoleSource
{
    public EngineStatus GetEngine() => engine.GetStatus();

    public ValueTask<PoolStatus> GetPoolAsync() => grains.GetGrain<IPoolSessionGrain>(MiningSession.Main).GetStatusAsync();

    public ValueTask<JobStatus> GetJobAsync() => grains.GetGrain<IJobGrain>(MiningSession.Main).GetStatusAsync();

    public Task PauseAsync() => Peer.PauseAsync().AsTask();

    public Task ResumeAsync() => Peer.ResumeAsync().AsTask();

    private IPeerGrain Peer => grains.GetGrain<IPeerGrain>(node.Id.ToString());
}
