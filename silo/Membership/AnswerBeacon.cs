using System.Net;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>Answers a node of the cluster that sends its beacons to the table port. Any thread; does not block.</summary>
internal delegate BeaconNews AnswerBeacon(NodeId peer, IPEndPoint from, byte[] datagram, long? since);
