using P2PMiner.Datasets;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Datasets;

/// <summary>What the nodes said about themselves, and which of them hashes for those with too little memory. Plain state of the job grain.</summary>
internal sealed class DatasetHosts(TimeProvider clock)
{
    /// <summary>A node that has not spoken for so long is not offered: some three announcements.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<NodeId, (NodeAnnouncement Said, long At)> _nodes = [];

    public void Announce(NodeAnnouncement announcement) => _nodes[announcement.Node] = (announcement, clock.GetTimestamp());

    public void Forget(NodeId node) => _nodes.Remove(node);

    /// <summary>
    /// The node made a dataset host by its owner, else the one with the most memory among those whose dataset is complete;
    /// all of them only with a dataset ready and threads to lend. The smaller id decides between equals, so that the choice stays.
    /// </summary>
    public DatasetHostOffer? Choose()
    {
        foreach (var old in _nodes.Where(node => clock.GetElapsedTime(node.Value.At) > Patience).Select(node => node.Key).ToArray())
        {
            _nodes.Remove(old);
        }

        return _nodes.Values.Select(node => node.Said)
            .Where(node => node.GuestThreads > 0 && (node.DatasetMode == "fast" || (node.IsDatasetHost && node.DatasetMode.Length > 0)))
            .OrderByDescending(node => node.IsDatasetHost).ThenByDescending(node => node.Capabilities.RamUsableBytes).ThenBy(node => node.Node)
            .Select(node => new DatasetHostOffer(node.Node, node.GuestThreads))
            .FirstOrDefault();
    }
}
