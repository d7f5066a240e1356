using P2PMiner.Datasets;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Datasets;

/// <summary>
/// What the nodes said about themselves, and which of them hashes for nodes with too little memory. Plain state of the job grain.
/// </summary>
internal sealed class DatasetHosts(TimeProvider clock)
{
    /// <summary>A node that has been silent for this long is not offered: about three announcements.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<NodeId, (NodeAnnouncement Said, long At)> _nodes = [];

    /// <summary>The best of all, unless <see cref="_mustLook"/>; null: none. Kept, because each of many nodes asks with each of its announcements.</summary>
    private NodeAnnouncement? _best;
    private bool _mustLook;

    public void Announce(NodeAnnouncement announcement)
    {
        _nodes[announcement.Node] = (announcement, clock.GetTimestamp());
        if (_best?.Node == announcement.Node)
        {
            // It may have become worse than the next one.
            _mustLook |= !CanServe(announcement) || Compare(announcement, _best) > 0;
            _best = announcement;
        }
        else if (CanServe(announcement) && (_best is null || Compare(announcement, _best) < 0))
        {
            _best = announcement;
        }
    }

    public void Forget(NodeId node)
    {
        _nodes.Remove(node);
        _mustLook |= _best?.Node == node;
    }

    /// <summary>Drops nodes that have been silent for too long.</summary>
    public void Sweep()
    {
        foreach (var (node, _) in _nodes.Where(node => IsSilent(node.Value.At)))
        {
            Forget(node);
        }
    }

    /// <summary>
    /// The node made a dataset host by its owner, else the one with the most memory among those whose dataset is complete;
    /// only nodes with a dataset ready and threads to lend count. Between equals the smaller id decides, so that the choice is stable.
    /// </summary>
    public DatasetHostOffer? Choose()
    {
        if (_mustLook || (_best is { } last && IsSilent(_nodes[last.Node].At)))
        {
            Sweep();
            _best = _nodes.Values.Select(node => node.Said).Where(CanServe).Order(Comparer<NodeAnnouncement>.Create(Compare)).FirstOrDefault();
            _mustLook = false;
        }

        return _best is { } best ? new(best.Node, best.GuestThreads) : null;
    }

    private static bool CanServe(NodeAnnouncement node) =>
        node.GuestThreads > 0 && DatasetModes.Read(node.DatasetMode) is var mode
        && (mode == DatasetMode.Fast || (node.IsDatasetHost && mode != DatasetMode.None));

    /// <summary>Below 0: the first is the better host.</summary>
    private static int Compare(NodeAnnouncement a, NodeAnnouncement b) =>
        b.IsDatasetHost.CompareTo(a.IsDatasetHost) is not 0 and var byOwner ? byOwner
        : b.Capabilities.RamUsableBytes.CompareTo(a.Capabilities.RamUsableBytes) is not 0 and var byMemory ? byMemory
        : a.Node.CompareTo(b.Node);

    private bool IsSilent(long at) => clock.GetElapsedTime(at) > Patience;
}
