using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Service;

namespace P2PMiner.Silo.Doctor;

/// <summary>What a running node knows of itself at one moment.</summary>
/// <param name="Node">Its id.</param>
/// <param name="Standing">Whether it mines, and on which pool.</param>
/// <param name="Cluster">The master, and the nodes whose beacons are heard.</param>
/// <param name="Refused">How many beacons were not taken since the start, by the reason.</param>
internal sealed record LiveNode(NodeId Node, NodeStanding Standing, MasterView Cluster, Func<BeaconRejection, long> Refused)
{
    /// <summary>Memory, threads and dataset as they are.</summary>
    public EngineStatus Engine => Standing.Engine;
}
