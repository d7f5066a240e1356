using System.Collections.Immutable;
using P2PMiner.Doctor;
using P2PMiner.Grains.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Tests.Api;

internal sealed class FakeApiSource(TimeProvider clock) : IApiSource
{
    public NodeId Node { get; set; } = new(UInt128.One << 100);

    public PeerCapabilities Capabilities { get; set; } = new()
    {
        HostName = "attic", Cpu = "Example CPU", Cores = 8, Threads = 4, L2Bytes = 4 << 20, L3Bytes = 32 << 20, RamTotalBytes = 16L << 30,
        RamUsableBytes = 8L << 30, Isa = ["aes", "avx2"], Version = "1.2.3", Algorithms = [Hashing.Algorithm.RandomX],
    };

    public ShareTally Shares { get; } = new(clock);

    public MasterView Cluster { get; set; } = MasterView.Initial;

    /// <summary>Null: the master does not know the call.</summary>
    public ClusterCounts? Counts { get; set; }

    public double? Celsius { get; set; }

    public double? Watts { get; set; }

    public long Rebuilds { get; set; }

    public Dictionary<NodeId, string[]> Logs { get; } = [];

    public Task<NodeLog?> GetLogAsync(NodeId node) => Task.FromResult(Logs.TryGetValue(node, out var lines) ? new NodeLog { Lines = lines } : null);

    public TalliedShares GetShares() => Shares.Read();

    public MasterView GetCluster() => Cluster;

    public ValueTask<ClusterCounts> GetCountsAsync()
        => Counts is null ? ValueTask.FromException<ClusterCounts>(new TimeoutException("no such method")) : ValueTask.FromResult(Counts);

    /// <summary>This node is master.</summary>
    public void Lead(ulong term = 7)
        => Cluster = new(default, new(Node, term, new(System.Net.IPAddress.Loopback, 1), IsSelf: true), ImmutableSortedDictionary<NodeId, LivingPeer>.Empty);
}
