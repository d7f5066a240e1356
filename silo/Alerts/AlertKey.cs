using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>What is told about separately: a rule, for one node or for the cluster.</summary>
internal readonly record struct AlertKey(string Rule, NodeId? Node);
