using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.History;

/// <summary>Where events are told. Any thread; never waits and never fails.</summary>
internal interface IEventLog
{
    /// <param name="kind">One of <see cref="EventKind"/>.</param>
    /// <param name="text">One line; cleaned, without secrets.</param>
    /// <param name="node">The node that it is about; null: the cluster.</param>
    void Add(string kind, string text, NodeId? node = null);
}
