using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Jobs;

public sealed class LeaseTableTests
{
    private const ulong AllExtraNonces = 1UL << 32;
    private static readonly HashSet<ulong> OnlyBlobOne = [1];
    private readonly FakeTimeProvider _clock = new();
    private readonly LeaseOptions _options = new();

    [Fact]
    public void Take_AnyPeersAndRates_LeasesOfABlobNeverOverlap() =>
        Gen.Select(Gen.Int[0, 9], Gen.Double[0, 50_000_000], Gen.Bool).Array[1, 80].Sample(takes =>
        {
            var table = NewTable();
            var ranges = new Dictionary<NonceKey, List<NonceRange>>();
            foreach (var (peer, rate, hasExtraNonce) in takes)
            {
                // A small space, so that it is used up in many of the runs.
                if (table.Take(Peer(peer), new(rate), hasExtraNonce ? 2UL : 1UL, NonceRange.NiceHash(0x7f), hasExtraNonce ? AllExtraNonces : null) is { } lease)
                {
                    var earlier = ranges.TryGetValue(lease.Blob, out var list) ? list : ranges[lease.Blob] = [];
                    Assert.DoesNotContain(earlier, lease.Range.Overlaps);
                    Assert.True(lease.Range.First >= 0x7f000000 && lease.Range.End <= 0x80000000, $"{lease.Range} leaves the pool's space");
                    earlier.Add(lease.Range);
                }
            }
        });

    [Fact]
    public void Take_AllOfABlob_EveryNonceIsDealtOnce()
    {
        var table = NewTable();
        var dealt = new List<NonceRange>();
        while (table.Take(Peer(1), new(100_000), 1, NonceRange.NiceHash(3), null) is { } lease)
        {
            dealt.Add(lease.Range);
        }

        Assert.NotEqual(0x03000000u, dealt[0].First);
        var end = 0x03000000UL;
        foreach (var range in dealt.OrderBy(range => range.First))
        {
            Assert.Equal(end, range.First);
            end = range.End;
        }

        Assert.Equal(0x04000000UL, end);
    }

    [Fact]
    public void Take_SameBlobUnderTwoMasters_BeginsElsewhere()
    {
        var one = new LeaseTable(_options, _clock, new Random(1)).Take(Peer(1), new(5000), 1, NonceRange.All, null)!;
        var other = new LeaseTable(_options, _clock, new Random(2)).Take(Peer(1), new(5000), 1, NonceRange.All, null)!;
        Assert.False(one.Range.Overlaps(other.Range));
    }

    [Fact]
    public void Take_WhateverRateIsClaimed_LeavesNoncesOfASharedBlobForTheOthers()
    {
        var greedy = NewTable().Take(Peer(1), new(HashRate.MaxPerSecond), 1, NonceRange.All, null)!;
        Assert.Equal(NonceRange.SpaceSize / 16, greedy.Range.Count);
    }

    [Fact]
    public void Take_WithoutEnd_LeasesOfOnePeerAreBounded()
    {
        var table = NewTable();
        var leases = Enumerable.Range(0, 20_000).Count(_ => table.Take(Peer(1), new(1), 1, NonceRange.All, null) is not null);
        Assert.InRange(leases, 1, 5000);
        Assert.NotNull(table.Take(Peer(2), new(1), 1, NonceRange.All, null));

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(table.Take(Peer(1), new(1), 1, NonceRange.All, null));
    }

    [Fact]
    public void Take_MeasuredRate_LastsTheTargetDuration()
    {
        var lease = NewTable().Take(Peer(1), new(500), 1, NonceRange.All, extraNonces: null);

        Assert.Equal(500UL * 20, lease!.Range.Count);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(20), lease.Due);
    }

    [Fact]
    public void Take_UnmeasuredPeer_GetsTheFirstCount() =>
        Assert.Equal((ulong)_options.FirstCount, NewTable().Take(Peer(1), default, 1, NonceRange.All, null)!.Range.Count);

    [Fact]
    public void Take_SpaceUsedUp_ReturnsNull()
    {
        var table = NewTable();
        var (upper, lower) = (table.Take(Peer(1), new(1e9), 1, new(5, 100), null)!.Range, table.Take(Peer(1), new(1e9), 1, new(5, 100), null)!.Range);
        Assert.Equal((105UL, 5u, (ulong)upper.First), (upper.End, lower.First, lower.End));

        Assert.Null(table.Take(Peer(1), new(1e9), 1, new(5, 100), null));
        Assert.Null(table.Take(Peer(2), new(1), 1, new(5, 100), null));
    }

    [Fact]
    public void Take_BlobComesBack_GoesOnWhereItStopped()
    {
        var table = NewTable();
        var before = table.Take(Peer(1), new(100), 1, NonceRange.All, null)!;
        table.Take(Peer(1), new(100), 2, NonceRange.All, null);
        table.ForgetLeasesExcept(new HashSet<ulong> { 2 });

        var after = table.Take(Peer(1), new(100), 1, NonceRange.All, null)!;

        Assert.Equal(before.Range.End, after.Range.First);
    }

    [Fact]
    public void Take_TemplateJob_GivesEachPeerItsOwnExtraNonceAndKeepsIt()
    {
        var table = NewTable();
        var first = table.Take(Peer(1), new(10), 1, NonceRange.All, AllExtraNonces)!;
        var second = table.Take(Peer(2), new(10), 1, NonceRange.All, AllExtraNonces)!;
        var again = table.Take(Peer(1), new(10), 1, NonceRange.All, AllExtraNonces)!;

        Assert.NotEqual(first.Blob, second.Blob);
        Assert.Equal(first.Blob, again.Blob);
        Assert.Equal(first.Range.End, again.Range.First);
    }

    [Fact]
    public void Take_TemplateBlobUsedUp_MovesToAFreshExtraNonce()
    {
        var table = NewTable();
        var first = table.Take(Peer(1), new(1e12), 1, NonceRange.All, AllExtraNonces)!;
        Assert.Equal(NonceRange.SpaceSize, first.Range.Count);

        var second = table.Take(Peer(1), new(1e12), 1, NonceRange.All, AllExtraNonces)!;

        Assert.NotEqual(first.Blob.ExtraNonce, second.Blob.ExtraNonce);
        Assert.Equal(0u, second.Range.First);
    }

    [Fact]
    public void Take_ManyPeersOnOneTemplate_NoneLosesItsPlace()
    {
        var table = NewTable();
        var first = Enumerable.Range(0, 500).Select(i => table.Take(Peer(i), new(10), 1, NonceRange.All, AllExtraNonces)!).ToArray();
        var second = Enumerable.Range(0, 500).Select(i => table.Take(Peer(i), new(10), 1, NonceRange.All, AllExtraNonces)!).ToArray();

        Assert.All(first.Zip(second), pair => Assert.Equal(pair.First.Range.End, pair.Second.Range.First));
        Assert.Equal(500, first.Select(lease => lease.Blob.ExtraNonce).Distinct().Count());
    }

    [Fact]
    public void Take_FewExtraNonces_NoTwoLeasesMeetAndEveryPeerHasWork() =>
        Gen.Select(Gen.ULong[1, 6], Gen.Select(Gen.Int[0, 9], Gen.Int[1, 3], Gen.Double[0, 2_000_000]).Array[1, 80]).Sample((extraNonces, takes) =>
        {
            var table = NewTable();
            var ranges = new Dictionary<NonceKey, List<NonceRange>>();
            foreach (var (peer, blob, rate) in takes)
            {
                // 2^24 nonces: at these rates not even one blob is used up.
                var lease = table.Take(Peer(peer), new(rate / 100), (ulong)blob, NonceRange.NiceHash(0), extraNonces);

                Assert.NotNull(lease);
                Assert.True(lease.Blob.ExtraNonce < extraNonces, $"extra nonce {lease.Blob.ExtraNonce} of {extraNonces}");
                var earlier = ranges.TryGetValue(lease.Blob, out var list) ? list : ranges[lease.Blob] = [];
                Assert.DoesNotContain(earlier, lease.Range.Overlaps);
                earlier.Add(lease.Range);
            }

            foreach (var blob in takes.GroupBy(take => take.Item2))
            {
                var peers = (ulong)blob.Select(take => take.Item1).Distinct().Count();
                Assert.Equal(Math.Min(peers, extraNonces), (ulong)ranges.Keys.Count(key => key.BlobId == (ulong)blob.Key));
                Assert.Equal(peers > extraNonces, table.IsOutOfExtraNonces((ulong)blob.Key, extraNonces));
            }
        });

    [Fact]
    public void Take_FewExtraNonces_EveryNonceOfEachIsDealtOnceAndThenNone()
    {
        var table = NewTable();
        var dealt = new List<Lease>();
        for (var peer = 0; table.Take(Peer(peer % 7), new(1e12), 1, new(0, 1000), 4) is { } lease; peer++)
        {
            dealt.Add(lease);
        }

        Assert.Equal([0u, 1u, 2u, 3u], dealt.Select(lease => lease.Blob.ExtraNonce).Distinct().Order());
        Assert.All(dealt.GroupBy(lease => lease.Blob), blob => Assert.Equal(1000UL, blob.Aggregate(0UL, (sum, lease) => sum + lease.Range.Count)));
    }

    [Fact]
    public void Take_TemplateComesBackAfterItsLeasesWereForgotten_DealsNothingTwice()
    {
        var table = NewTable();
        var before = Enumerable.Range(0, 3).Select(peer => table.Take(Peer(peer), new(10), 1, NonceRange.All, 256)!).ToArray();
        for (var blob = 2UL; blob < 60; blob++)
        {
            table.Take(Peer(0), new(10), blob, NonceRange.All, 256);
            table.ForgetLeasesExcept(new HashSet<ulong> { blob });
        }

        var after = Enumerable.Range(0, 3).Select(peer => table.Take(Peer(peer), new(10), 1, NonceRange.All, 256)!).ToArray();

        Assert.All(after, lease => Assert.DoesNotContain(before, earlier => earlier.Blob == lease.Blob && earlier.Range.Overlaps(lease.Range)));
    }

    [Fact]
    public void FindOwner_ShareOfAnotherPeerNonceOrBlob_IsNobodys()
    {
        var table = NewTable();
        var lease = table.Take(Peer(1), new(10), 1, NonceRange.All, null)!;
        var share = ShareOf(lease, (uint)lease.Range.End - 1);

        Assert.Same(lease, table.FindOwner(share));
        Assert.Null(table.FindOwner(share with { Peer = Peer(2) }));
        Assert.Null(table.FindOwner(share with { Nonce = (uint)lease.Range.End }));
        Assert.Null(table.FindOwner(share with { ExtraNonce = 1 }));
        Assert.Null(table.FindOwner(share with { LeaseId = lease.Id + 1 }));
    }

    [Fact]
    public void FindOwner_LateShareOfAPeerThatLeft_IsStillItsOwn()
    {
        var table = NewTable();
        var lease = table.Take(Peer(1), new(10), 1, NonceRange.All, null)!;
        table.End(Peer(1));

        Assert.Equal(0, table.ActiveCount);
        Assert.Same(lease, table.FindOwner(ShareOf(lease, lease.Range.First)));
    }

    [Fact]
    public void Report_AllHashesDone_EndsTheLease()
    {
        var table = NewTable();
        var lease = table.Take(Peer(1), new(10), 1, NonceRange.All, null)!;
        table.Report(Peer(2), lease.Id, lease.Range.Count);
        table.Report(Peer(1), lease.Id, lease.Range.Count - 1);
        Assert.Equal(1, table.ActiveCount);

        table.Report(Peer(1), lease.Id, ulong.MaxValue);

        Assert.Equal(0, table.ActiveCount);
        Assert.Equal(lease.Range.Count, lease.HashesDone);
    }

    [Fact]
    public void Take_LongAfterALeaseWasDue_ForgetsIt()
    {
        var table = NewTable();
        var lost = table.Take(Peer(1), new(10), 1, NonceRange.All, null)!;
        _clock.Advance(TimeSpan.FromHours(1));

        var next = table.Take(Peer(2), new(10), 1, NonceRange.All, null)!;

        Assert.Null(table.FindOwner(ShareOf(lost, lost.Range.First)));
        Assert.Equal(lost.Range.End, next.Range.First);
        Assert.Equal(1, table.ActiveCount);
    }

    [Fact]
    public void ForgetLeasesExcept_OtherBlobs_TheirSharesAreNobodys()
    {
        var table = NewTable();
        var kept = table.Take(Peer(1), new(10), 1, NonceRange.All, null)!;
        var dropped = table.Take(Peer(1), new(10), 2, NonceRange.All, null)!;

        table.ForgetLeasesExcept(OnlyBlobOne);

        Assert.NotNull(table.FindOwner(ShareOf(kept, kept.Range.First)));
        Assert.Null(table.FindOwner(ShareOf(dropped, dropped.Range.First)));
    }

    private static NodeId Peer(int number) => new((UInt128)number);

    private static FoundShare ShareOf(Lease lease, uint nonce) => new()
    {
        Peer = lease.Peer,
        LeaseId = lease.Id,
        JobSerial = 1,
        ExtraNonce = lease.Blob.ExtraNonce,
        Nonce = nonce,
        Hash = default,
    };

    private LeaseTable NewTable() => new(_options, _clock, new Random(1));
}
