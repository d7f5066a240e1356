using P2PMiner.Doctor;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Sensors;

namespace P2PMiner.Silo.Hosting;

/// <summary>The API's view of this node and, over the grains of its master, of the cluster.</summary>
internal sealed class GrainApiSource(
    RunningSilo silo, CurrentSession session, HostProfile host, ShareTally shares, LatestReadings sensors, Mastership mastership,
    ClusterMembership membership) : IApiSource
{
    public NodeId Node => host.Node;

    public PeerCapabilities Capabilities => host.Capabilities;

    public TalliedShares GetShares() => shares.Read();

    public MasterView GetCluster() => mastership.Current;

    public ValueTask<ClusterCounts> GetCountsAsync()
        => silo.Grains.GetGrain<IJobGrain>(session.Name ?? throw new InvalidOperationException("no master is known yet")).GetCountsAsync();

    public Task<NodeLog?> GetLogAsync(NodeId node) => ApiReader.OrNullAsync(() => silo.Grains.GetGrain<INodeLogGrain>(node.ToString()).ReadAsync());

    public double? Celsius => sensors.Celsius;

    public double? Watts => sensors.Watts;

    public long Rebuilds => membership.Rebuilds.Total;
}
