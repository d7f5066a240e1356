using P2PMiner.Grains.Pool;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Hosting;

/// <summary>The console's view of this node, over its grains. Throws <see cref="InvalidOperationException"/> while there is no silo or no master.</summary>
internal sealed class GrainConsoleSource(RunningSilo silo, CurrentSession session, IHashEngine engine, ThisNode node) : IMinerConsoleSource
{
    /// <summary>A node that was just lost must not delay the answers of the others.</summary>
    private static readonly TimeSpan PeerAnswersWithin = TimeSpan.FromSeconds(2);

    public EngineStatus GetEngine() => engine.GetStatus();

    public ValueTask<PoolStatus> GetPoolAsync() => silo.Grains.GetGrain<IPoolSessionGrain>(Session).GetStatusAsync();

    public ValueTask<JobStatus> GetJobAsync() => silo.Grains.GetGrain<IJobGrain>(Session).GetStatusAsync();

    public async Task<PeerStatus?> GetPeerAsync(NodeId node)
    {
        try
        {
            return await silo.Grains.GetGrain<IPeerGrain>(node.ToString()).GetStatusAsync().AsTask().WaitAsync(PeerAnswersWithin);
        }
        catch (Exception silent) when (silent is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    public Task PauseAsync() => Peer.PauseAsync().AsTask();

    public Task ResumeAsync() => Peer.ResumeAsync().AsTask();

    private string Session => session.Name ?? throw new InvalidOperationException("no master is known yet");

    private IPeerGrain Peer => silo.Grains.GetGrain<IPeerGrain>(node.Id.ToString());
}
