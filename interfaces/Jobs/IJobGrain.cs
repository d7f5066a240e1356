using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Jobs;

/// <summary>Owns the current job and leases disjoint nonces of it to peers. Has the key of the pool session and lives beside it.</summary>
[Alias("p2p.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Replaces the current job and sends every peer a unit of the new one; null: no work until further notice.</summary>
    [Alias("SetJob")]
    ValueTask SetJobAsync(PoolJob? job);

    /// <summary>
    /// A peer joins or asks for more. Null: no job, or its nonces are used up; a unit follows by <see cref="IPeerGrain.AssignAsync"/> when
    /// there is one.
    /// </summary>
    /// <remarks>The rate is that of <see cref="WorkReport.Rate"/>.</remarks>
    [Alias("Lease")]
    ValueTask<WorkUnit?> LeaseAsync(NodeId peer, HashRate measured);

    /// <summary>Checks a share, recomputes its hash, and hands it to the pool session.</summary>
    /// <remarks>May wait as long as the pool is away, so it has a time limit of its own.</remarks>
    [Alias("Submit"), ResponseTimeout("00:10:00")]
    Task<ShareOutcome> SubmitAsync(FoundShare share);

    [Alias("Report")]
    ValueTask ReportAsync(WorkReport report);

    /// <summary>Tells what a node is and can do; returns the same as <see cref="GetDatasetHostAsync"/>.</summary>
    [Alias("Announce")]
    ValueTask<DatasetHostOffer?> AnnounceAsync(NodeAnnouncement announcement);

    /// <summary>The node that hashes for nodes with too little memory; null: no node has a dataset ready and idle cores.</summary>
    [Alias("GetDatasetHost")]
    ValueTask<DatasetHostOffer?> GetDatasetHostAsync();

    /// <summary>The peer takes no more work; its leases end.</summary>
    [Alias("Leave")]
    ValueTask LeaveAsync(NodeId peer);

    /// <summary>
    /// Gives the node no more work and refuses its shares until it is released; the job grain also does this itself after repeated wrong
    /// hashes.
    /// </summary>
    [Alias("Quarantine")]
    ValueTask QuarantineAsync(NodeId node);

    /// <summary>Ends a quarantine and forgets the wrong hashes that led to it; does nothing for other nodes.</summary>
    [Alias("Release")]
    ValueTask ReleaseAsync(NodeId node);

    [Alias("GetStatus")]
    ValueTask<JobStatus> GetStatusAsync();

    /// <summary>What each node has done, with rates over longer times. A master of an older version does not know the call.</summary>
    [Alias("GetCounts")]
    ValueTask<ClusterCounts> GetCountsAsync();
}
