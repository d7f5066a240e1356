using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Jobs;

public sealed class JobTableTests
{
    private static readonly NodeId Peer = new(7);
    private readonly JobTable _table = new(new LeaseOptions(), new FakeTimeProvider(), new Random(1));

    [Fact]
    public void Take_NoJob_ReturnsNull() => Assert.Null(_table.Take(Peer, default));

    [Fact]
    public void Take_Job_CarriesAllThatHashingNeeds()
    {
        var job = Job(1, parent: "aa");
        _table.Replace(job);

        var unit = _table.Take(Peer, new(10))!;

        Assert.Equal(_table.Generation, unit.Generation);
        Assert.Equal(job.Serial, unit.JobSerial);
        Assert.Equal(job.Blob, unit.Blob);
        Assert.Equal(job.NonceOffset, unit.NonceOffset);
        Assert.Equal(job.Target, unit.Target);
        Assert.Equal(job.Seed, unit.Seed);
        Assert.Equal(job.NextSeed, unit.NextSeed);
    }

    [Fact]
    public void Replace_SameBlobNewTarget_GoesOnWithTheNonces()
    {
        _table.Replace(Job(1, "aa"));
        var before = _table.Take(Peer, new(10))!;
        _table.Replace(Job(2, "aa") with { Target = Target.FromDifficulty(5) });

        var after = _table.Take(Peer, new(10))!;

        Assert.True(after.Generation > before.Generation);
        Assert.Equal(before.Range.End, after.Range.First);
    }

    [Fact]
    public void Replace_SameBlobNewSeed_StartsTheNoncesAnew()
    {
        _table.Replace(Job(1, "aa"));
        var before = _table.Take(Peer, new(10))!;
        _table.Replace(Job(2, "aa") with { Seed = Seed.FromBytes([9]) });

        Assert.NotEqual(before.Range.End, _table.Take(Peer, new(10))!.Range.First);
    }

    [Fact]
    public void Check_ShareOfAnEarlierJobOnTheSameParent_IsVerified()
    {
        _table.Replace(Job(1, "aa", blobByte: 1));
        var unit = _table.Take(Peer, new(10))!;
        _table.Replace(Job(2, "aa", blobByte: 2));

        Assert.NotNull(_table.Check(Share(unit)).ToVerify);
    }

    [Fact]
    public void Check_ShareOfAJobOnAnotherParent_IsStale()
    {
        _table.Replace(Job(1, "aa"));
        var unit = _table.Take(Peer, new(10))!;
        _table.Replace(Job(2, "bb", blobByte: 2));

        Assert.Equal(ShareOutcome.Stale, _table.Check(Share(unit)).Refused);
        Assert.False(_table.IsLive(1));
    }

    [Fact]
    public void Check_WhileThereIsNoJob_TheLastStillCounts()
    {
        _table.Replace(Job(1, "aa"));
        var unit = _table.Take(Peer, new(10))!;
        _table.Replace(null);

        Assert.Null(_table.Take(Peer, new(10)));
        Assert.NotNull(_table.Check(Share(unit)).ToVerify);
    }

    [Fact]
    public void Check_SameNonceTwice_IsADuplicateOverAllJobsOfTheBlob()
    {
        _table.Replace(Job(1, "aa"));
        var unit = _table.Take(Peer, new(10))!;
        Assert.NotNull(_table.Check(Share(unit)).ToVerify);
        Assert.Equal(ShareOutcome.Duplicate, _table.Check(Share(unit)).Refused);

        _table.Replace(Job(2, "aa"));
        Assert.Equal(ShareOutcome.Duplicate, _table.Check(Share(unit) with { JobSerial = 2 }).Refused);
    }

    [Fact]
    public void Check_HashAboveTheTarget_IsLowDifficulty()
    {
        _table.Replace(Job(1, "aa") with { Target = Target.FromDifficulty(1000) });
        var unit = _table.Take(Peer, new(10))!;

        Assert.Equal(ShareOutcome.LowDifficulty, _table.Check(Share(unit) with { Hash = Hash256.MaxValue }).Refused);
    }

    [Fact]
    public void Check_NonceOfAnotherLease_IsOutside()
    {
        _table.Replace(Job(1, "aa"));
        var unit = _table.Take(Peer, new(10))!;

        Assert.Equal(ShareOutcome.OutsideLease, _table.Check(Share(unit) with { Nonce = (uint)unit.Range.End }).Refused);
    }

    [Fact]
    public void Check_LeaseOfOneBlobNamedForAnotherJob_IsOutside()
    {
        _table.Replace(Job(1, "aa", blobByte: 1));
        var unit = _table.Take(Peer, new(10))!;
        _table.Replace(Job(2, "aa", blobByte: 2));

        Assert.Equal(ShareOutcome.OutsideLease, _table.Check(Share(unit) with { JobSerial = 2 }).Refused);
    }

    [Fact]
    public void Check_GoodShare_GivesTheBlobWithItsNonce()
    {
        _table.Replace(Job(1, "aa", blobByte: 3));
        var unit = _table.Take(Peer, new(10))!;
        var share = Share(unit) with { Nonce = unit.Range.First + 5 };

        var input = _table.Check(share).ToVerify!;

        Assert.Equal(BitConverter.GetBytes(unit.Range.First + 5), input.Blob[39..43]);
        Assert.All(input.Blob[..39].Concat(input.Blob[43..]), b => Assert.Equal(3, b));
    }

    [Fact]
    public void Generation_NewTableLater_IsAhead()
    {
        var clock = new FakeTimeProvider();
        var first = new JobTable(new(), clock, new Random(1));
        for (var i = 0; i < 100; i++)
        {
            first.Replace(Job((ulong)i, "aa"));
        }

        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(new JobTable(new(), clock, new Random(1)).Generation > first.Generation);
    }

    private static PoolJob Job(ulong serial, string parent, byte blobByte = 1) => new()
    {
        Serial = serial,
        JobId = $"job{serial}",
        Algorithm = Algorithm.RandomX,
        Blob = [.. Enumerable.Repeat(blobByte, 76)],
        NonceOffset = 39,
        Nonces = NonceRange.All,
        Target = Target.Easiest,
        Seed = Seed.FromBytes([1, 2, 3]),
        NextSeed = Seed.FromBytes([4]),
        Pool = "127.0.0.1:1",
        Parent = parent,
    };

    private static FoundShare Share(WorkUnit unit) => new()
    {
        Peer = Peer,
        LeaseId = unit.LeaseId,
        JobSerial = unit.JobSerial,
        ExtraNonce = unit.ExtraNonce,
        Nonce = unit.Range.First,
        Hash = default,
    };
}
