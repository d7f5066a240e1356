using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>Holds the current view and hands changes to those who watch.</summary>
internal sealed class MasterViewSource : IMasterView
{
    private readonly Lock _gate = new();
    private readonly List<Channel<MasterView>> _watchers = [];
    private volatile MasterView _current = MasterView.Initial;
    private bool _ended;

    public MasterView Current => _current;

    public async IAsyncEnumerable<MasterView> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<MasterView>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            channel.Writer.TryWrite(_current);
            if (_ended)
            {
                channel.Writer.Complete();
            }

            _watchers.Add(channel);
        }

        try
        {
            await foreach (var view in channel.Reader.ReadAllAsync(cancellation))
            {
                yield return view;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>Watchers hear of it unless only summaries and beacons' election parts differ.</summary>
    public void Publish(MasterDecision decision, ImmutableSortedDictionary<NodeId, LivingPeer> peers)
    {
        lock (_gate)
        {
            var before = _current;
            var isNews = before.Number == 0 || before.Decision != decision || !SamePlaces(before.Peers, peers);
            _current = new(isNews ? before.Number + 1 : before.Number, decision, peers);
            if (isNews)
            {
                _watchers.ForEach(watcher => watcher.Writer.TryWrite(_current));
            }
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _watchers.ForEach(watcher => watcher.Writer.TryComplete());
        }
    }

    private static bool SamePlaces(ImmutableSortedDictionary<NodeId, LivingPeer> before, ImmutableSortedDictionary<NodeId, LivingPeer> after) =>
        before.Count == after.Count && after.All(pair => before.TryGetValue(pair.Key, out var old)
            && old.Boot == pair.Value.Boot && old.Ports == pair.Value.Ports && ReferenceEquals(old.Addresses, pair.Value.Addresses));
}
