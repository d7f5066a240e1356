using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Client;

/// <summary>A node as described by itself and by the job grain.</summary>
/// <param name="Peer">Null: it does not answer, or its silo is gone.</param>
internal sealed record ClusterNode(NodeWork Work, PeerStatus? Peer)
{
    public string Id => Work.Node.ToString();
}
