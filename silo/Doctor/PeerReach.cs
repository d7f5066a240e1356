using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether the ports of another node could be reached.</summary>
/// <param name="Failures">By port, why not; empty: all could.</param>
internal sealed record PeerReach(NodeId Node, IPAddress Address, IReadOnlyList<(int Port, string Why)> Failures);
