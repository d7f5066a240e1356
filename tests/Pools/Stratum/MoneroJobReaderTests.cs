using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class MoneroJobReaderTests
{
    private readonly MoneroJobReader _reader = new("pool:3333", [Algorithm.RandomX]);

    [Fact]
    public void TryRead_GoodJob_EveryFieldTaken()
    {
        var job = Read(Wire() with { NextSeedHash = new('7', 64) });
        Assert.Equal(("job-1", Algorithm.RandomX, 39, "pool:3333"), (job.JobId, job.Algorithm, job.NonceOffset, job.Pool));
        Assert.Equal(FakeJob.Blob76(), job.Blob);
        Assert.Equal((NonceRange.All, 3_000_000UL), (job.Nonces, job.Height));
        Assert.Equal((new string('5', 64), new string('7', 64)), (job.Seed.Hex, job.NextSeed?.Hex));
        Assert.Equal(Target.FromUInt32(0x00068db8), job.Target);
        Assert.Equal(string.Concat(Enumerable.Repeat("ab", 32)), job.Parent);
    }

    [Fact]
    public void TryRead_OptionalFieldsMissing_FirstOfferedAlgorithmAndNoHeight()
    {
        var job = Read(Wire() with { Algo = null, Height = null, NextSeedHash = "" });
        Assert.Equal((Algorithm.RandomX, null, null), (job.Algorithm, job.Height, job.NextSeed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("3350000.0")]
    [InlineData("18446744073709551616")]
    [InlineData("high")]
    public void TryRead_HeightThatIsNone_UnknownAndTheJobIsTaken(string height) => Assert.Null(Read(Wire() with { Height = height }).Height);

    [Theory]
    [InlineData(0u, false, false)]
    [InlineData(0u, true, true)]
    [InlineData(0x05000000u, false, true)]
    [InlineData(0x00000001u, false, true)]
    public void TryRead_NiceHash_BySettingOrByANonceThatIsNotZero(uint nonce, bool setting, bool expected)
    {
        _reader.NiceHash = setting;
        var job = Read(Wire() with { Blob = FakeJob.BlobHex(nonce: nonce) });
        Assert.Equal(expected ? NonceRange.NiceHash((byte)(nonce >> 24)) : NonceRange.All, job.Nonces);
    }

    [Fact]
    public void TryRead_HeaderInAnotherForm_ParentFromSeedAndHeightElseFromTheBlob()
    {
        var zeros = new string('0', 2 * 112);
        Assert.Equal($"{new string('5', 64)}+3000000", Read(Wire() with { Blob = zeros }).Parent);
        Assert.Equal(zeros, Read(Wire() with { Blob = zeros, Height = null }).Parent);
        Assert.Equal($"{new string('5', 64)}+3000000", Read(Wire() with { Blob = new('f', 2 * 76) }).Parent);
    }

    [Theory]
    [InlineData(43)]
    [InlineData(407)]
    public void TryRead_BlobAtTheLimits_Taken(int bytes) => Assert.Equal(bytes, Read(Wire() with { Blob = new('0', 2 * bytes) }).Blob.Length);

    public static TheoryData<string, string?, string> BadFields => new()
    {
        { nameof(StratumJob.JobId), null, "job_id of 0 characters" },
        { nameof(StratumJob.JobId), "", "job_id of 0 characters" },
        { nameof(StratumJob.JobId), new string('j', 129), "job_id of 129 characters" },
        { nameof(StratumJob.JobId), "a\uFFFD", "job_id 'a\uFFFD', which is no text" },
        { nameof(StratumJob.Blob), null, "blob of 0 characters" },
        { nameof(StratumJob.Blob), new string('0', 2 * 42), "blob of 84 characters" },
        { nameof(StratumJob.Blob), new string('0', 2 * 408), "blob of 816 characters" },
        { nameof(StratumJob.Blob), new string('0', 153), "blob of 153 characters" },
        { nameof(StratumJob.Blob), new string('g', 152), "blob of 152 characters" },
        { nameof(StratumJob.Target), null, "target ''" },
        { nameof(StratumJob.Target), "00000000", "target '00000000'" },
        { nameof(StratumJob.Target), "0000000000000000", "target '0000000000000000'" },
        { nameof(StratumJob.Target), "b88d06", "target 'b88d06'" },
        { nameof(StratumJob.Target), "b88d06zz", "target 'b88d06zz'" },
        { nameof(StratumJob.Algo), "cn/r", "algo 'cn/r' was not offered (rx/0)" },
        { nameof(StratumJob.Algo), "gr", "algo 'gr' was not offered (rx/0)" },
        { nameof(StratumJob.SeedHash), null, "seed_hash ''" },
        { nameof(StratumJob.SeedHash), new string('5', 62), "seed_hash '5555555555555555555555555555555555555555'" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public void TryRead_BadField_RefusedNamingIt(string field, string? value, string expected)
    {
        var wire = Wire();
        typeof(StratumJob).GetProperty(field)!.SetValue(wire, value);
        Assert.False(_reader.TryRead(wire, out var job, out var error));
        Assert.Null(job);
        Assert.StartsWith(expected, error);
    }

    private static StratumJob Wire()
    {
        var job = new FakeJob();
        return new() { JobId = job.JobId, Blob = job.Blob, Target = job.Target, Algo = job.Algo, Height = "3000000", SeedHash = job.SeedHash };
    }

    private PoolJob Read(StratumJob wire)
    {
        Assert.True(_reader.TryRead(wire, out var job, out var error), error);
        return job;
    }
}
