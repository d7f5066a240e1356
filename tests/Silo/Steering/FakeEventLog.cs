using P2PMiner.Peers;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Tests.Steering;

internal sealed class FakeEventLog : IEventLog
{
    private readonly List<(string Kind, string Text, NodeId? Node)> _told = [];

    public IReadOnlyList<(string Kind, string Text, NodeId? Node)> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    public void Add(string kind, string text, NodeId? node = null)
    {
        lock (_told)
        {
            _told.Add((kind, text, node));
        }
    }
}
