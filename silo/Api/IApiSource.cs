using P2PMiner.Doctor;
using P2PMiner.Grains.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Api;

/// <summary>What the API tells of this node and its cluster besides what the terminal shows. Safe from any thread.</summary>
internal interface IApiSource
{
    NodeId Node { get; }

    PeerCapabilities Capabilities { get; }

    /// <summary>This node's own shares since it was started.</summary>
    TalliedShares GetShares();

    MasterView GetCluster();

    /// <summary>As the master has them.</summary>
    ValueTask<ClusterCounts> GetCountsAsync();

    /// <summary>What any node of the cluster has logged. Null: it does not answer, or is of an older version.</summary>
    Task<NodeLog?> GetLogAsync(NodeId node);

    /// <summary>Of the processor, in °C; null: unknown.</summary>
    double? Celsius { get; }

    /// <summary>What the processors take; null: unknown.</summary>
    double? Watts { get; }

    /// <summary>How often this node's silo was made anew since it was started.</summary>
    long Rebuilds { get; }
}
