using P2PMiner.Peers;

namespace P2PMiner.Silo.Steering;

/// <summary>A part of a <see cref="Plan"/> that succeeds or fails by itself.</summary>
/// <param name="Node">The node that it is about; null: the cluster.</param>
/// <param name="Done">Such as "node 1a2b3c4d paused"; told when it is, without secrets.</param>
/// <param name="RunAsync">Throws as <see cref="IClusterSteering"/> does, or <see cref="SteeringException"/>. Brings what else to tell; null: nothing.</param>
internal sealed record Step(NodeId? Node, string Done, Func<Task<string?>> RunAsync);
