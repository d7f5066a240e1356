namespace P2PMiner.Membership.Tests;

/// <summary>Stands for the membership service of a silo that is not there; counts how often it was told to look.</summary>
internal sealed class RefreshCounter : IClusterMembershipService
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ClusterMembershipSnapshot CurrentSnapshot => throw new NotSupportedException();

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _count);
        return ValueTask.CompletedTask;
    }

    public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
}
