using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Membership;

/// <summary>A table port to which beacons are carried.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Node">The node that must answer there; null: any node of the cluster except this one.</param>
/// <param name="Addresses">To be tried in this order; empty: those of <paramref name="Host"/> at the time.</param>
/// <param name="Named">As given by --connect, with the port between nodes; null: a node that was heard of.</param>
internal sealed record BeaconLinkTarget(string Host, int TablePort, NodeId? Node, IReadOnlyList<IPAddress> Addresses, DnsEndPoint? Named);
