using P2PMiner.Hashing;
using P2PMiner.Peers;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>
/// The call that hands a slice to the threads goes through the cluster, and while that changes it can fail though nothing is wrong with the
/// engine.
/// </summary>
public sealed class LostWorkerTests
{
    /// <summary>Of one thread: what runs, and one that waits.</summary>
    private const int SlicesOut = 2;

    [Fact]
    public async Task Slices_RejectedByTheCluster_AreNoFailureOfTheNodeAndMiningGoesOn()
    {
        var way = new BrokenWay();
        await using var farm = await Farm.StartAsync(1, new(), configureSilo: silo => silo.AddIncomingGrainCallFilter(way));
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");

        way.IsBroken = true;
        await farm.UntilAsync(() => way.Rejected >= 3 * SlicesOut, "more slices than are out at once");
        var status = await farm.Peer(0).GetStatusAsync();
        Assert.Equal((null, PeerState.Mining), (status.Failure, status.State));

        way.IsBroken = false;
        var accepted = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted > accepted, "shares afterwards");
        Assert.InRange(farm.Log.Count(line => line.Contains("could not be passed to the hashing threads", StringComparison.Ordinal)), 1, SlicesOut);
        Assert.Null(LedgerFiles.FindOverlap(farm.Ledgers));
    }

    private sealed class BrokenWay : IIncomingGrainCallFilter
    {
        private int _rejected;

        public volatile bool IsBroken;

        public int Rejected => Volatile.Read(ref _rejected);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (IsBroken && context.InterfaceMethod.DeclaringType == typeof(IHashWorkerGrain))
            {
                Interlocked.Increment(ref _rejected);
                throw new SiloUnavailableException("its silo is gone");
            }

            return context.Invoke();
        }
    }
}
