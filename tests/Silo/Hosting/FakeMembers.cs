using System.Collections.Immutable;
using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Tests.Hosting;

/// <summary>A cluster in which the test says whose silo is what. As Orleans does, it ends a wait that is cancelled without a word.</summary>
internal sealed class FakeMembers : IClusterMembershipService
{
    private readonly Lock _gate = new();
    private ClusterMembershipSnapshot _current = new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new(1));
    private TaskCompletionSource _changed = new();

    /// <summary>When set, whoever asks gets it thrown.</summary>
    public Exception? Failure { get; set; }

    public ClusterMembershipSnapshot CurrentSnapshot
    {
        get { lock (_gate) return Failure is { } failure ? throw failure : _current; }
    }

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => UpdatesAsync();

    public void Set(NodeId node, SiloStatus status)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var silo = SiloAddress.New(IPAddress.Loopback, (int)node.Value, 1);
            _current = new(_current.Members.SetItem(silo, new(silo, status, node.ToString())), new(_current.Version.Value + 1));
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();

    private async IAsyncEnumerable<ClusterMembershipSnapshot> UpdatesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            Task changed;
            ClusterMembershipSnapshot current;
            lock (_gate)
            {
                (current, changed) = (_current, _changed.Task);
            }

            yield return current;
            await changed.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
            {
                yield break;
            }
        }
    }
}
