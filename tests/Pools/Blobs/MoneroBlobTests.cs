using System.Buffers.Binary;
using System.Text.Json;
using CsCheck;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Blobs;

public sealed class MoneroBlobTests
{
    [Fact]
    public void Keccak_PlainDefinition_GivesThePublishedHashes()
    {
        // The empty input, and the zero byte that is the RingCT base of every miner transaction.
        Assert.Equal("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Convert.ToHexStringLower(PlainMonero.Keccak([])));
        Assert.Equal("bc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a", Convert.ToHexStringLower(PlainMonero.Keccak([0])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(300)]
    public void FirstLeafBranch_AnyCount_LeadsToTheTreeHash(int count)
    {
        var random = new Random(count);
        var leaves = Enumerable.Range(0, count).Select(_ => { var leaf = new byte[32]; random.NextBytes(leaf); return leaf; }).ToList();

        var branch = MoneroTree.FirstLeafBranch(leaves.Skip(1).SelectMany(leaf => leaf).ToArray());

        Assert.Equal(Convert.ToHexStringLower(PlainMonero.TreeHash(leaves)), MoneroTree.Root(Hash256.FromBytes(leaves[0]), branch).ToString());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    public void HashingBlob_TemplateOfARealDaemon_IsItsOwnBlob(int transactions)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "monero-templates.json")));
        var vector = vectors.RootElement.GetProperty("templates").EnumerateArray().Single(t => t.GetProperty("transactions").GetInt32() == transactions);
        var template = new MoneroBlockTemplate
        {
            Block = [.. Convert.FromHexString(vector.GetProperty("blocktemplate_blob").GetString()!)],
            ReservedOffset = vector.GetProperty("reserved_offset").GetInt32(),
            ReservedSize = 4,
        };

        var builder = MoneroBlobBuilder.Create(template);

        Assert.Equal(transactions, builder.Transactions);
        Assert.Equal(vector.GetProperty("blockhashing_blob").GetString(), Convert.ToHexStringLower(builder.HashingBlob(0)));
    }

    [Fact]
    public void HashingBlob_AnyBlockAndExtraNonce_IsThatOfTheBlockWithItWrittenIn() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 40], Gen.UInt, Gen.Int[0, 5]).Sample((seed, transactions, extraNonce, outputs) =>
        {
            var plain = PlainMonero.MakeBlock(new Random(seed), transactions, outputs: outputs);
            var wanted = PlainMonero.MakeBlock(new Random(seed), transactions, extraNonce, outputs);

            var builder = MoneroBlobBuilder.Create(Template(plain));

            Assert.Equal(wanted.HashingBlob, builder.HashingBlob(extraNonce));
            Assert.Equal(plain.HashingBlob, builder.HashingBlob(0));
            Assert.Equal(39, builder.NonceOffset);
            BinaryPrimitives.WriteUInt32LittleEndian(wanted.Block.AsSpan(39), 0x01020304);
            Assert.Equal(wanted.Block, builder.Block(extraNonce, 0x01020304));
        }, iter: 300);

    [Fact]
    public void Parse_OtherHeaderSizesAndOutputTypes_FindsTheParts()
    {
        var plain = PlainMonero.MakeBlock(new Random(1), 3, timestamp: 127, outputType: 2, reserve: 60);

        var builder = MoneroBlobBuilder.Create(Template(plain));

        Assert.Equal(35, builder.NonceOffset);
        Assert.Equal(plain.HashingBlob, builder.HashingBlob(0));
    }

    [Fact]
    public void Create_CutAnywhere_IsAProtocolError()
    {
        var plain = PlainMonero.MakeBlock(new Random(2), 3);
        for (var length = 0; length < plain.Block.Length; length++)
        {
            var cut = plain with { Block = plain.Block[..length] };
            Assert.Throws<UnusableTemplateException>(() => MoneroBlobBuilder.Create(Template(cut)));
        }
    }

    [Fact]
    public void Create_MutatedBlock_IsReadOrAProtocolError()
    {
        var sound = PlainMonero.MakeBlock(new Random(3), 4);
        Gen.Select(Gen.Int[0, sound.Block.Length - 1], Gen.Byte.Array[1, 12], Gen.Int[-50, 250]).Sample((at, bytes, reserved) =>
        {
            var plain = sound with { Block = (byte[])sound.Block.Clone() };
            bytes.AsSpan(0, Math.Min(bytes.Length, plain.Block.Length - at)).CopyTo(plain.Block.AsSpan(at));
            foreach (var offset in (int[])[plain.ReservedOffset, reserved, int.MaxValue, int.MinValue])
            {
                try
                {
                    var builder = MoneroBlobBuilder.Create(Template(plain with { ReservedOffset = offset }));
                    Assert.InRange(builder.HashingBlob(7).Length, 67, 120);
                }
                catch (UnusableTemplateException)
                {
                }
            }
        }, iter: 10_000);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Create_ReservedBytesNotAllInTheExtraFieldAndZero_IsAProtocolError(int shift)
    {
        var plain = PlainMonero.MakeBlock(new Random(4), 1);
        var error = Assert.Throws<UnusableTemplateException>(
            () => MoneroBlobBuilder.Create(Template(plain with { ReservedOffset = plain.ReservedOffset + shift })));
        Assert.Contains("reserved bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("808000")]                   // a longer spelling of 0
    [InlineData("ffffffffffffffffff02")]     // more than 64 bits
    [InlineData("ffffffffffffffffffff01")]
    public void Parse_BadVarint_IsAProtocolError(string varint)
    {
        var plain = PlainMonero.MakeBlock(new Random(5), 1);
        byte[] block = [16, 16, .. Convert.FromHexString(varint), .. plain.Block[7..]];
        Assert.Contains("timestamp at byte 2: not a varint",
            Assert.Throws<UnusableTemplateException>(() => MoneroBlob.Parse(block)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteVarint_AnyValue_IsThePlainOne() => Gen.ULong.Sample(value =>
    {
        var bytes = new byte[MoneroBlob.VarintSize(value)];
        MoneroBlob.WriteVarint(bytes, value);
        Assert.Equal(PlainMonero.Varint(value), bytes);
    });

    private static MoneroBlockTemplate Template(PlainBlock plain) => new()
    {
        Block = [.. plain.Block],
        ReservedOffset = plain.ReservedOffset,
        ReservedSize = plain.ReservedSize,
    };
}
