using System.Globalization;
using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.History;

/// <summary>Tells what happens to this node itself, from how it stands at each look. One caller at a time.</summary>
internal sealed class NodeWatch(NodeId node, IEventLog events)
{
    private PeerStatus? _last;

    public void Look(PeerStatus now)
    {
        var before = _last;
        _last = now;
        if (before is null)
        {
            return;
        }

        if (now.State != before.State)
        {
            if (now.State == PeerState.Failed)
            {
                events.Add(EventKind.Failed, $"cannot mine: {now.Failure}", node);
            }
            else if (IsHeld(now.State) && !IsHeld(before.State))
            {
                events.Add(EventKind.Paused, now.State == PeerState.Paused ? "paused" : "draining: it takes no more work", node);
            }
            else if (IsHeld(before.State) && !IsHeld(now.State))
            {
                events.Add(EventKind.Resumed, "resumed", node);
            }
        }

        // Each algorithm has a number of threads of its own.
        if (now.Threads != before.Threads && now.Algorithm == before.Algorithm)
        {
            events.Add(EventKind.Settings, string.Create(CultureInfo.InvariantCulture, $"threads: {now.Threads} instead of {before.Threads}"), node);
        }
    }

    private static bool IsHeld(PeerState state) => state is PeerState.Paused or PeerState.Draining or PeerState.Drained;
}
