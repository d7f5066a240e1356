using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

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
    public void Replace_PoolNeverMakesItsJobsStale_TheLatestAreKept()
    {
        var units = new List<WorkUnit>();
        for (var serial = 1UL; serial <= 1000; serial++)
        {
            _table.Replace(Job(serial, "aa", blobByte: (byte)serial) with { Blob = [.. BitConverter.GetBytes(serial), .. new byte[72]] });
            units.Add(_table.Take(Peer, new(10))!);
        }

        Assert.All(units[^64..], unit => Assert.NotNull(_table.Check(Share(unit)).ToVerify));
        Assert.All(units[..^128], unit => Assert.Equal(ShareOutcome.Stale, _table.Check(Share(unit)).Refused));
        Assert.InRange(_table.ActiveLeases, 64, 128);
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

    [Fact]
    public void Take_StratumV1_EachPeerHasAHeaderOfItsOwnAndTheShareIsVerifiedWithIt()
    {
        var job = V1Jobs.Read(V1Jobs.Notify100000, "4") with { Serial = 1, Target = Target.Easiest };
        _table.Replace(job);
        var one = _table.Take(Peer, new(10))!;
        var other = _table.Take(new(8), new(10))!;

        Assert.Equal(80, one.Blob.Length);
        Assert.NotEqual(one.Blob.ToArray(), other.Blob.ToArray());
        Assert.Equal((76, Seed.None, Algorithm.GhostRider), (one.NonceOffset, one.Seed, one.Algorithm));
        var input = _table.Check(Share(one)).ToVerify!.Blob;
        Assert.Equal(one.Blob[..76].ToArray(), input[..76]);
        Assert.Equal(one.Range.First, BitConverter.ToUInt32(input, 76));
        Assert.False(_table.IsOutOfExtraNonces);
    }

    /// <summary>Whatever jobs come, come again with other difficulties or make others stale, and whoever mines them.</summary>
    [Fact]
    public void Take_StratumV1_NoHeaderIsEverDealtTwice() =>
        Gen.Select(Gen.Int[0, 2], Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3], Gen.Bool, Gen.Int[0, 5].Array[0, 6]).Array[1, 30]).Sample((bytes, rounds) =>
        {
            var table = new JobTable(new LeaseOptions(), new FakeTimeProvider(), new Random(1));
            var reader = new V1JobReader("pool:1");
            Assert.Null(reader.SetExtraNonce("06", $"{bytes}"));
            var dealt = new List<(string Header, NonceRange Range)>();
            var serial = 0UL;
            foreach (var (which, difficulty, clean, peers) in rounds)
            {
                reader.SetDifficulty($"{difficulty}");
                table.Replace(V1Jobs.Read(V1Jobs.Notify100000 with { Time = $"0000000{which}", Clean = clean ? "true" : "false" },
                    reader: reader) with
                { Serial = ++serial });
                foreach (var peer in peers)
                {
                    var unit = table.Take(new((UInt128)peer), new(1000))!;
                    var header = Convert.ToHexString(unit.Blob.AsSpan());
                    Assert.DoesNotContain(dealt, earlier => earlier.Header == header && earlier.Range.Overlaps(unit.Range));
                    dealt.Add((header, unit.Range));
                }
            }
        }, iter: 300);

    [Fact]
    public void Take_StratumV1WithFewExtraNonces_SaysThatTheyRanOut()
    {
        _table.Replace(V1Jobs.Read(V1Jobs.Notify100000, "1") with { Serial = 1 });
        var units = Enumerable.Range(0, 256).Select(peer => _table.Take(new((UInt128)peer), new(10))!).ToArray();
        Assert.Equal(256, units.Select(unit => unit.ExtraNonce).Distinct().Count());
        Assert.False(_table.IsOutOfExtraNonces);

        Assert.NotNull(_table.Take(new(256), new(10)));

        Assert.True(_table.IsOutOfExtraNonces);
    }

    [Fact]
    public void Replace_StratumV1_EarlierJobsCountUnlessTheNewOneCleans()
    {
        var reader = new V1JobReader("pool:1");
        Assert.Null(reader.SetExtraNonce("06", "4"));
        Assert.Null(reader.SetDifficulty("1e-30"));
        _table.Replace(V1Jobs.Read(V1Jobs.Notify100000, reader: reader) with { Serial = 1 });
        var unit = _table.Take(Peer, new(10))!;

        _table.Replace(V1Jobs.Read(V1Jobs.Notify100000 with { JobId = "2", Time = "4d1b2238", Clean = "false" }, reader: reader) with { Serial = 2 });
        Assert.NotNull(_table.Check(Share(unit)).ToVerify);
        _table.Replace(V1Jobs.Read(V1Jobs.Notify100000 with { JobId = "3", Time = "4d1b2239" }, reader: reader) with { Serial = 3 });
        Assert.Equal(ShareOutcome.Stale, _table.Check(Share(unit)).Refused);
    }

    [Fact]
    public void Check_RxTwo_TheCommitmentIsComparedWithTheTarget()
    {
        var job = Job(1, "a") with { Algorithm = Algorithm.RandomXV2 };
        _table.Replace(job);
        var unit = _table.Take(Peer, new(10))!;
        var share = Share(unit) with { Hash = Hash256.MaxValue };
        var input = job.Blob.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(39), share.Nonce);
        var commitment = Commitment.Of(input, share.Hash);

        _table.Replace(job with { Serial = 2, Target = new() { Limit = commitment with { W0 = commitment.W0 - 1 } } });
        Assert.Equal(ShareOutcome.LowDifficulty, _table.Check(share with { JobSerial = 2 }).Refused);
        _table.Replace(job with { Serial = 4, Target = new() { Limit = default } });
        Assert.Equal(ShareOutcome.LowDifficulty, _table.Check(share with { JobSerial = 4, Hash = default }).Refused);
        _table.Replace(job with { Serial = 3, Target = new() { Limit = commitment } });
        var checkedInput = _table.Check(share with { JobSerial = 3 }).ToVerify!;
        Assert.Equal((Algorithm.RandomXV2, Convert.ToHexString(input)), (checkedInput.Algorithm, Convert.ToHexString(checkedInput.Blob)));
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
