using System.Diagnostics;
using P2PMiner.Grains.Jobs;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>A peer that does not answer must hold up nobody.</summary>
public sealed class SlowPeerTests
{
    private const int Jobs = 16;

    /// <summary>Of <see cref="IPeerGrain.AssignAsync"/>: a call that ends by it makes room for another.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task NewJobs_OnePeerDoesNotAnswer_TheOthersGetThemAllAndItGetsTheNewest()
    {
        var slow = new HeldAssignments();
        await using var farm = await Farm.StartAsync(
            3, new() { BlockInterval = TimeSpan.FromHours(1) }, configureSilo: silo => silo.AddIncomingGrainCallFilter(slow));
        await farm.UntilAsync(() => farm.Nodes.All(node => node.Engine.GetStatus().Rates.TotalHashes > 0), "every node mines");
        var jobs = farm.Client.GetGrain<IJobGrain>(farm.Session);

        var begun = Stopwatch.GetTimestamp();
        slow.Hold(farm.Nodes[2].Id);
        for (var i = 0; i < Jobs; i++)
        {
            var before = (await jobs.GetStatusAsync()).Generation;
            farm.Pool.StartBlock();
            await farm.UntilAsync(async () => await HasTaken(0, before + 1) && await HasTaken(1, before + 1), "the next job at the peers that answer");
        }

        await farm.UntilAsync(() => slow.Held >= PeerLink.MostUnderway, "calls to the peer that does not");
        var held = slow.Held;
        Assert.InRange(held, PeerLink.MostUnderway, PeerLink.MostUnderway * (1 + (int)(Stopwatch.GetElapsedTime(begun) / CallLimit)));

        slow.Release();
        await farm.UntilAsync(async () => await HasTaken(2, (await jobs.GetStatusAsync()).Generation), "the newest job at the peer that answers again");

        async Task<bool> HasTaken(int peer, ulong generation) => (await farm.Peer(peer).GetStatusAsync()).Generation >= generation;
    }

    /// <summary>Keeps one peer from hearing of its work.</summary>
    private sealed class HeldAssignments : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile string? _peer;
        private int _held;

        public int Held => Volatile.Read(ref _held);

        public void Hold(NodeId peer) => _peer = peer.ToString();

        public void Release() => _released.SetResult();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName == nameof(IPeerGrain.AssignAsync) && context.TargetId.Key.ToString() == _peer && !_released.Task.IsCompleted)
            {
                Interlocked.Increment(ref _held);
                await _released.Task;
            }

            await context.Invoke();
        }
    }
}
