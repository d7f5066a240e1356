using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Blobs;

public sealed class V1HeaderTests
{
    [Fact]
    public void Build_RealBlock_GivesItsHeaderAndItsHash()
    {
        var job = V1Jobs.Read(V1Jobs.Notify100000);

        var header = V1Header.Build(job.Blob.AsSpan(), (StratumV1Template)job.Template!, 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(job.NonceOffset), 274_148_111);

        Assert.Equal(V1Jobs.Block100000, Convert.ToHexStringLower(header));
        var id = SHA256.HashData(SHA256.HashData(header));
        Array.Reverse(id);
        Assert.Equal("000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506", Convert.ToHexStringLower(id));
    }

    /// <summary>Raptoreum's first block (Raptoreum chain parameters): GhostRider selects by its previous hash, and hashes these bytes.</summary>
    [Fact]
    public void TryRead_FieldsOfRaptoreumsFirstBlock_GiveItsHeaderAroundTheRoot()
    {
        const string Genesis = "0400000000000000000000000000000000000000000000000000000000000000000000005394264ca7175792acc6512bc1ddbc5b6a087cab0a54ee72ddac6824c28ba487"
            + "40533960ff1f00206a040000";
        var notify = V1Jobs.Notify100000 with { Version = "00000004", PreviousHash = new('0', 64), Time = "60395340", Bits = "20001fff" };

        var header = V1Jobs.Read(notify).Blob.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(V1Header.NonceOffset), 0x46a);

        var expected = Convert.FromHexString(Genesis);
        Assert.Equal(expected[..V1Header.RootOffset], header[..V1Header.RootOffset]);
        Assert.Equal(expected[V1Header.TimeOffset..], header[V1Header.TimeOffset..]);
    }

    [Fact]
    public void Blobs_AnyTwoExtraNonces_DifferInTheRootOnly() =>
        Gen.Select(Gen.Int[1, 8], Gen.UInt, Gen.UInt, Gen.Int[0, 3]).Sample((bytes, first, second, branches) =>
        {
            var job = V1Jobs.Read(V1Jobs.Notify100000 with { Branches = [.. Enumerable.Repeat(new string('7', 64), branches)] }, $"{bytes}");
            var count = job.Template!.ExtraNonces;
            (first, second) = ((uint)(first % count), (uint)(second % count));
            var blobs = JobBlobs.Of(job);

            var (one, other) = (blobs.Get(first).ToArray(), blobs.Get(second).ToArray());

            Assert.Equal(V1Header.Size, one.Length);
            Assert.Equal(first == second, one.AsSpan(V1Header.RootOffset, Hash256.Size).SequenceEqual(other.AsSpan(V1Header.RootOffset, Hash256.Size)));
            Assert.Equal(one[..V1Header.RootOffset], other[..V1Header.RootOffset]);
            Assert.Equal(one[V1Header.TimeOffset..], other[V1Header.TimeOffset..]);
            Assert.Equal(job.Blob.ToArray(), blobs.Get(0).ToArray());
        }, iter: 500);

    [Theory]
    [InlineData(1, 0xffu, "ff")]
    [InlineData(3, 0x030201u, "010203")]
    [InlineData(4, 0x04030201u, "01020304")]
    [InlineData(8, 0x04030201u, "0102030400000000")]
    [InlineData(0, 0u, "")]
    public void ExtraNonce2_AnySize_LittleEndianThenZeros(int bytes, uint extraNonce, string expected)
    {
        var template = (StratumV1Template)V1Jobs.Read(V1Jobs.Notify100000, $"{bytes}").Template!;
        Assert.Equal(expected, Convert.ToHexStringLower(V1Header.ExtraNonce2(template, extraNonce)));
    }

    [Theory]
    [InlineData(0, 1UL)]
    [InlineData(1, 256UL)]
    [InlineData(3, 1UL << 24)]
    [InlineData(4, 1UL << 32)]
    [InlineData(8, 1UL << 32)]
    public void ExtraNonces_AnySize_AsManyAsFit(int bytes, ulong expected)
    {
        var template = (StratumV1Template)V1Jobs.Read(V1Jobs.Notify100000, $"{bytes}").Template!;
        Assert.Equal(expected, template.ExtraNonces);
        if (expected <= uint.MaxValue)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => V1Header.ExtraNonce2(template, (uint)expected));
        }
    }
}
