using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class V1JobReaderTests
{
    [Fact]
    public void TryRead_WholeJob_ReadsEveryField()
    {
        var job = V1Jobs.Read(V1Jobs.Notify100000, "4");

        Assert.Equal((Algorithm.GhostRider, Seed.None, 76, NonceRange.All, "pool:1"), (job.Algorithm, job.Seed, job.NonceOffset, job.Nonces, job.Pool));
        Assert.Equal(("100000", "4d1b2237"), (job.JobId, ((StratumV1Template)job.Template!).Time));
        Assert.Equal(Target.FromStratumV1(1, 1), job.Target);
        Assert.Equal(new byte[4], job.Blob[76..].ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("0011223344556677")]
    [InlineData("00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF")]
    public void SetExtraNonce_AnyLength_IsInTheCoinbase(string extraNonce1)
    {
        var reader = new V1JobReader("pool:1");
        Assert.Null(reader.SetExtraNonce(extraNonce1, "4"));
        var template = (StratumV1Template)V1Jobs.Read(V1Jobs.Notify100000, reader: reader).Template!;
        Assert.Equal(extraNonce1, Convert.ToHexString(template.ExtraNonce1.AsSpan()), ignoreCase: true);
    }

    [Fact]
    public void SetExtraNonce_WhileAJobIsOut_CountsFromTheNextOn()
    {
        var reader = new V1JobReader("pool:1");
        Assert.Null(reader.SetExtraNonce("01", "4"));
        var before = (StratumV1Template)V1Jobs.Read(V1Jobs.Notify100000, reader: reader).Template!;
        Assert.Null(reader.SetExtraNonce("0203", null));
        var after = (StratumV1Template)V1Jobs.Read(V1Jobs.Notify100000, reader: reader).Template!;
        Assert.Null(reader.SetExtraNonce("04", "8"));
        var last = (StratumV1Template)V1Jobs.Read(V1Jobs.Notify100000, reader: reader).Template!;

        Assert.Equal((1, 4), (before.ExtraNonce1.Length, before.ExtraNonce2Bytes));
        Assert.Equal((2, 4), (after.ExtraNonce1.Length, after.ExtraNonce2Bytes));
        Assert.Equal((1, 8), (last.ExtraNonce1.Length, last.ExtraNonce2Bytes));
    }

    [Fact]
    public void SetDifficulty_WhileAJobIsOut_CountsFromTheNextOn()
    {
        var reader = new V1JobReader("pool:1");
        var before = V1Jobs.Read(V1Jobs.Notify100000, reader: reader);
        Assert.Null(reader.SetDifficulty("0.25"));
        var after = V1Jobs.Read(V1Jobs.Notify100000, reader: reader);

        Assert.Equal((Target.FromStratumV1(1, 1), Target.FromStratumV1(1, 4)), (before.Target, after.Target));
    }

    [Theory]
    [InlineData("0", "4", "extranonce1 '0' of 1 characters")]
    [InlineData("zz", "4", "extranonce1 'zz'")]
    [InlineData(null, "4", "extranonce1 ''")]
    [InlineData("00", "33", "extranonce2_size '33'")]
    [InlineData("00", "-1", "extranonce2_size '-1'")]
    [InlineData("00", null, "extranonce2_size ''")]
    public void SetExtraNonce_Unusable_SaysWhatAndKeepsTheOldOne(string? extraNonce1, string? bytes, string expected)
    {
        var reader = new V1JobReader("pool:1");
        Assert.StartsWith(expected, reader.SetExtraNonce(extraNonce1, bytes));
        Assert.False(reader.HasExtraNonce);
    }

    [Fact]
    public void SetExtraNonce_TooLong_IsRefused() =>
        Assert.Contains("expected up to 64 bytes", new V1JobReader("pool:1").SetExtraNonce(new string('0', 130), "4"));

    [Theory]
    [InlineData("1e99")]
    [InlineData("0")]
    [InlineData(null)]
    public void SetDifficulty_Unusable_SaysWhat(string? text) =>
        Assert.Equal($"difficulty '{text}', expected a number above 0", new V1JobReader("pool:1").SetDifficulty(text));

    public static TheoryData<string, string> Spoiled => new()
    {
        { "JobId", "job_id of 0 characters" },
        { "Version", "version 'zz'" },
        { "PreviousHash", "prevhash 'zz'" },
        { "Time", "ntime 'zz'" },
        { "Bits", "nbits 'zz'" },
        { "CoinbaseHead", "coinb1 of 2 characters" },
        { "CoinbaseTail", "coinb2 of 2 characters" },
        { "Branches", "merkle branch 'zz'" },
        { "NoBranches", "no list of merkle branches" },
        { "ManyBranches", "33 merkle branches, expected up to 32" },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void TryRead_SpoiledField_SaysWhich(string field, string expected)
    {
        var good = V1Jobs.Notify100000;
        var bad = field switch
        {
            "JobId" => good with { JobId = "" },
            "Version" => good with { Version = "zz" },
            "PreviousHash" => good with { PreviousHash = "zz" },
            "Time" => good with { Time = "zz" },
            "Bits" => good with { Bits = "zz" },
            "CoinbaseHead" => good with { CoinbaseHead = "zz" },
            "CoinbaseTail" => good with { CoinbaseTail = "zz" },
            "Branches" => good with { Branches = ["zz"] },
            "NoBranches" => good with { Branches = null },
            _ => good with { Branches = [.. Enumerable.Repeat(new string('0', 64), 33)] },
        };
        var reader = new V1JobReader("pool:1");
        Assert.Null(reader.SetExtraNonce("00", "4"));

        Assert.False(reader.TryRead(bad, out var job, out var error));

        Assert.Null(job);
        Assert.StartsWith(expected, error);
    }

    [Fact]
    public void Place_WithoutCleaning_EarlierJobsCountWhateverTheyBuildOn()
    {
        var reader = new V1JobReader("pool:1");
        var first = V1Jobs.Read(V1Jobs.Notify100000, reader: reader);
        var second = V1Jobs.Read(V1Jobs.Notify100000 with { JobId = "2", Clean = "false" }, reader: reader);
        var other = V1Jobs.Read(V1Jobs.Notify100000 with { JobId = "3", Clean = "0", PreviousHash = new('1', 64) }, reader: reader);

        Assert.NotEmpty(first.Parent);
        Assert.Equal([first.Parent, first.Parent], [second.Parent, other.Parent]);
    }

    [Fact]
    public void Place_Cleaning_EarlierJobsAreStaleAlsoOnTheSameBlock()
    {
        var reader = new V1JobReader("pool:1");
        var parents = new[] { "true", "1", "true" }.Select(
            (clean, i) => V1Jobs.Read(V1Jobs.Notify100000 with { JobId = $"{i}", Clean = clean }, reader: reader).Parent);
        Assert.Equal(3, parents.Distinct().Count());
    }

    [Fact]
    public void Place_PoolDoesNotSay_CleansWithAnotherPreviousHash()
    {
        var reader = new V1JobReader("pool:1");
        var first = V1Jobs.Read(V1Jobs.Notify100000 with { Clean = null }, reader: reader);
        var same = V1Jobs.Read(V1Jobs.Notify100000 with { Clean = null, Time = "00000001" }, reader: reader);
        var other = V1Jobs.Read(V1Jobs.Notify100000 with { Clean = null, PreviousHash = new('1', 64) }, reader: reader);

        Assert.Equal(first.Parent, same.Parent);
        Assert.NotEqual(first.Parent, other.Parent);
    }
}
