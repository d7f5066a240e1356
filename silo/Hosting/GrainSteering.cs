using P2PMiner.Grains.Pool;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Security;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Steering;

namespace P2PMiner.Silo.Hosting;

/// <summary>Steering over the grains of the nodes and of the master, as the console does it.</summary>
internal sealed class GrainSteering(RunningSilo silo, CurrentSession session, ThisNode node, ClusterAccess access) : IClusterSteering
{
    /// <summary>As long as the console waits: a person is looking at an empty page.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    public NodeId Self => node.Id;

    public Task PauseAsync(NodeId node) => Within(Peer(node).PauseAsync());

    public Task ResumeAsync(NodeId node) => Within(Peer(node).ResumeAsync());

    public Task DrainAsync(NodeId node) => Within(Peer(node).DrainAsync());

    public Task SetThreadsAsync(NodeId node, int threads) => Within(Peer(node).SetThreadsAsync(threads));

    public Task QuarantineAsync(NodeId node) => Within(Jobs.QuarantineAsync(node));

    public Task ReleaseAsync(NodeId node) => Within(Jobs.ReleaseAsync(node));

    public Task<string?> AddPoolAsync(NewPool pool) => Within(Pools.AddPoolAsync(pool));

    public Task<string?> RemovePoolAsync(string url) => Within(Pools.RemovePoolAsync(url));

    public Task<string?> SwitchPoolAsync(string url) => Within(Pools.SwitchPoolAsync(url));

    public string Invite()
    {
        try
        {
            access.File.MarkShared();
        }
        catch (ClusterKeyException error)
        {
            throw new InvalidOperationException(error.Message, error);
        }

        return access.Ring.Current.ToJoinLine();
    }

    private string Session => session.Name ?? throw new InvalidOperationException("no master is known yet; try again in a few seconds");

    private IPeerGrain Peer(NodeId node) => silo.Grains.GetGrain<IPeerGrain>(node.ToString());

    private IJobGrain Jobs => silo.Grains.GetGrain<IJobGrain>(Session);

    private IPoolSessionGrain Pools => silo.Grains.GetGrain<IPoolSessionGrain>(Session);

    private static Task Within(ValueTask call) => call.AsTask().WaitAsync(AnswersWithin);

    private static Task<T> Within<T>(ValueTask<T> call) => call.AsTask().WaitAsync(AnswersWithin);
}
