using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.History;
using static P2PMiner.Silo.Tests.History.Diary;

namespace P2PMiner.Silo.Tests.History;

public sealed class SamplingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _clock = new(Start);

    [Fact]
    public void Growth_AnyCounter_IsNeverNegativeAndAddsUpBetweenRestarts() => Gen.Long[0, 1000].Array[1, 50].Sample(steps =>
    {
        var growth = new Growth<long>();
        long counter = 0, counted = 0, grown = 0;
        foreach (var step in steps)
        {
            // Every tenth step or so the counted part begins anew.
            if (step % 10 == 0)
            {
                counter = 0;
            }

            var last = counter;
            counter += step;
            counted += step;
            var one = growth.Of(counter);
            Assert.InRange(one, 0, counter);
            grown += one;
            Assert.True(last <= counter);
        }

        // A restart that has counted further than before cannot be seen, and then too little is counted, never too much.
        Assert.InRange(grown, 0, counted);
    });

    [Fact]
    public void Growth_WithoutRestarts_IsAllThatWasCounted()
    {
        var growth = new Growth<ulong>();
        Assert.Equal([5UL, 0UL, 7UL, 3UL], [growth.Of(5), growth.Of(5), growth.Of(12), growth.Of(3)]);
    }

    [Fact]
    public void Bucket_MinuteByMinute_IsOverAtEachFullMinute()
    {
        _clock.Advance(TimeSpan.FromSeconds(42));
        var bucket = new Bucket(_clock);
        var minutes = new List<(long Start, double Observed)>();
        for (var looks = 0; looks < 20; looks++)
        {
            _clock.Advance(bucket.UntilLook(Sampler.Period));
            if (bucket.IsOver(out var start, out var observed))
            {
                minutes.Add((start - Start.ToUnixTimeSeconds(), observed.TotalSeconds));
            }
        }

        Assert.Equal([(0, 18.0), (60, 60.0), (120, 60.0), (180, 60.0)], minutes);
    }

    [Fact]
    public void Bucket_ClockSetBack_NoMinuteComesTwiceAndNothingIsLost()
    {
        var clock = new SetClock(Start);
        var bucket = new Bucket(clock);
        var starts = new List<long>();
        var observedInAll = TimeSpan.Zero;
        for (var seconds = 0; seconds < 1200; seconds += 10)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            if (seconds == 300)
            {
                clock.Offset = TimeSpan.FromMinutes(-3);
            }

            if (bucket.IsOver(out var start, out var observed))
            {
                starts.Add(start);
                observedInAll += observed;
            }
        }

        Assert.Equal(starts.Distinct().Order(), starts);
        Assert.InRange(observedInAll.TotalSeconds, 1200 - 60, 1200);
    }

    [Fact]
    public void Bucket_ClockSetBackByHours_GoesOnAtOnce()
    {
        var clock = new SetClock(Start.AddDays(1));
        var bucket = new Bucket(clock);
        clock.Advance(Minute);
        Assert.True(bucket.IsOver(out _, out _));
        clock.Offset = TimeSpan.FromHours(-20);
        clock.Advance(Minute);
        bucket.IsOver(out _, out _);
        clock.Advance(Minute);

        Assert.True(bucket.IsOver(out var start, out _));
        Assert.InRange(start, Start.ToUnixTimeSeconds(), Start.AddHours(5).ToUnixTimeSeconds());
    }

    [Fact]
    public void Bucket_SuspendedForHours_LeavesAGap()
    {
        var clock = new SetClock(Start);
        var bucket = new Bucket(clock);
        clock.Advance(TimeSpan.FromSeconds(30));
        clock.Offset = TimeSpan.FromHours(3);
        Assert.True(bucket.IsOver(out var first, out var observed));
        Assert.Equal((Start.ToUnixTimeSeconds(), 30.0), (first, observed.TotalSeconds));
        clock.Advance(Minute);
        Assert.True(bucket.IsOver(out var second, out _));
        Assert.Equal(Start.AddHours(3).ToUnixTimeSeconds(), second);
    }

    [Fact]
    public void NodeSampling_TwoMinutes_HasTheDeltasOfEach()
    {
        var shares = new ShareTally(TimeProvider.System);
        double? celsius = 60, watts = 80;
        var sampling = new NodeSampling(Self, shares, () => celsius, () => watts);
        sampling.Look(Engine(3000), Peer(PeerState.Preparing));
        shares.Count(ShareOutcome.Accepted);
        celsius = 70;
        sampling.Look(Engine(6000), Peer(PeerState.Mining));
        var first = sampling.Close(Start.ToUnixTimeSeconds(), Minute)!;
        (celsius, watts) = (null, null);
        shares.Count(ShareOutcome.Accepted);
        shares.Count(ShareOutcome.Stale);
        sampling.Look(Engine(18_000), null);
        var second = sampling.Close(Start.ToUnixTimeSeconds() + 60, Minute)!;

        Assert.Equal((6000, 100.0, 65.0, 80.0, PeerState.Mining), (first.Hashes, first.Rate.PerSecond, first.Celsius, first.Watts, first.State));
        Assert.Equal((1, 1), (first.Shares.Accepted, first.Shares.Total));
        Assert.Equal((12_000, 200.0, null, null, null), (second.Hashes, second.Rate.PerSecond, second.Celsius, second.Watts, second.State));
        Assert.Equal((1, 2), (second.Shares.Accepted, second.Shares.Total));
        Assert.Equal((2, 10, 20, "fast"), (second.Threads, second.HugePages, second.HugePagesWanted, second.DatasetMode));
        Assert.Null(first.FindFault());
        Assert.Null(second.FindFault());
    }

    [Fact]
    public void NodeSampling_RemoteHashes_AreInItsRate()
    {
        var sampling = new NodeSampling(Self, new ShareTally(TimeProvider.System), () => null, () => null);
        sampling.Look(Engine(600), Peer(PeerState.Mining) with { RemoteRate = new(50) });

        Assert.Equal(60, sampling.Close(0, Minute)!.Rate.PerSecond);
    }

    [Fact]
    public void ClusterSampling_LostNodes_DoNotCount()
    {
        var sampling = new ClusterSampling();
        sampling.Look(Job(1000, Work(Self, 100), Work(Other, 200)), Served(), Minute / 2);
        sampling.Look(Job(2000, Work(Self, 100), Work(Other, 200) with { Gone = true, TakesWork = false }), Served(), Minute / 2);

        var sample = sampling.Close(Start.ToUnixTimeSeconds())!;

        Assert.Equal((200.0, 1, 2000, 60), (sample.Rate.PerSecond, sample.Nodes, sample.Hashes, sample.ObservedSeconds));
        Assert.Equal((1000.0, "pool.example:1", 40.0, 5000.0), (sample.Difficulty, sample.Pool, sample.Latency!.Value.TotalMilliseconds, sample.Credited));
        Assert.Equal((3, 4), (sample.Shares.Accepted, sample.Shares.Total));
        Assert.Null(sample.FindFault());
    }

    [Fact]
    public void ClusterSampling_NotMasterForAWhileOrSessionMadeAnew_CountsNothingTwice()
    {
        var sampling = new ClusterSampling();
        sampling.Look(Job(1000), Served(), Minute);
        Assert.Equal(1000, sampling.Close(0)!.Hashes);
        Assert.Null(sampling.Close(60));
        sampling.Look(Job(1500), Served(), Minute);
        var again = sampling.Close(120)!;
        sampling.Look(Job(200), Served() with { HashesCredited = 700 }, Minute);
        var anew = sampling.Close(180)!;

        Assert.Equal((500, 0, 0.0), (again.Hashes, again.Shares.Total, again.Credited));
        Assert.Equal((200, 0, 700.0), (anew.Hashes, anew.Shares.Total, anew.Credited));
    }

    private static EngineStatus Engine(ulong hashes) => new()
    {
        Threads = 2, HugePages = 10, HugePagesWanted = 20, DatasetMode = DatasetMode.Fast, Rates = new() { TotalHashes = hashes },
    };

    private static PeerStatus Peer(PeerState state) => new()
    {
        Node = Self, Capabilities = new Terminal.FullValues(0).Make<PeerCapabilities>(), State = state, Rates = default, Threads = 2,
    };

    internal static JobStatus Job(ulong hashes, params IReadOnlyList<NodeWork> nodes) => Terminal.LineTests.Job() with
    {
        HashesTotal = hashes,
        Nodes = nodes,
        Shares = new Dictionary<ShareOutcome, long> { [ShareOutcome.Accepted] = 3, [ShareOutcome.Stale] = 1 },
    };

    internal static PoolStatus Served() => new()
    {
        State = PoolState.Connected, Pool = "pool.example:1", Ping = TimeSpan.FromMilliseconds(40), HashesCredited = 5000, Uptime = TimeSpan.FromHours(1),
        Pools = ["stratum+tcp://pool.example:1", "stratum+tcp://other.example:1"], Algorithms = [Algorithm.RandomX],
    };

    internal static NodeWork Work(NodeId node, double rate) => new()
    {
        Node = node, TakesWork = true, Gone = false, Quarantined = false, Rate = new(rate), HashesDone = 0, Accepted = 0, Invalid = 0, Silent = TimeSpan.Zero,
    };

    /// <summary>A clock on the wall that can be set.</summary>
    private sealed class SetClock(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

        public override long GetTimestamp() => (base.GetUtcNow() - Start).Ticks;
    }
}
