using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Daemon;

/// <summary>A block template as the daemon gave it, every field checked.</summary>
internal sealed record DaemonTemplate
{
    // Monero hard fork 12 brought RandomX.
    private const int FirstRandomXVersion = 12;

    public required MoneroBlockTemplate Template { get; init; }
    public required MoneroBlobBuilder Builder { get; init; }
    public required ImmutableArray<byte> HashingBlob { get; init; }
    public required BigInteger Difficulty { get; init; }
    public required Seed Seed { get; init; }
    public required Seed? NextSeed { get; init; }
    public required ulong Height { get; init; }

    /// <summary>Hash of the block it builds on, lower-case hex.</summary>
    public required string Previous { get; init; }

    /// <exception cref="PoolProtocolException">A field is missing or wrong; the message names it.</exception>
    public static DaemonTemplate Read(TemplateResult result, int reserveSize)
    {
        var template = new MoneroBlockTemplate
        {
            Block = [.. Bytes(result.BlocktemplateBlob, "blocktemplate_blob")],
            ReservedOffset = result.ReservedOffset ?? throw Missing("reserved_offset"),
            ReservedSize = reserveSize,
        };
        var builder = BuilderOf(template);
        if (builder.MajorVersion < FirstRandomXVersion)
        {
            throw new PoolProtocolException($"block version {builder.MajorVersion} is not mined with RandomX");
        }

        var blob = builder.HashingBlob(extraNonce: 0);

        // If the block format ever changed, our blobs would be wrong and every hash wasted: the daemon's own blob shows it.
        if (!blob.AsSpan().SequenceEqual(Bytes(result.BlockhashingBlob, "blockhashing_blob")))
        {
            throw new PoolProtocolException(
                "blockhashing_blob is not what we compute from blocktemplate_blob: this block format is not known");
        }

        var previous = Hash(result.PrevHash, "prev_hash").ToString();
        if (!template.Block.AsSpan(builder.NonceOffset - Hash256.Size, Hash256.Size).SequenceEqual(Convert.FromHexString(previous)))
        {
            throw new PoolProtocolException($"prev_hash '{previous}' is not the one in blocktemplate_blob");
        }

        return new()
        {
            Template = template,
            Builder = builder,
            HashingBlob = [.. blob],
            Difficulty = ReadDifficulty(result),
            Seed = SeedOf(result.SeedHash, "seed_hash"),
            NextSeed = string.IsNullOrEmpty(result.NextSeedHash) ? null : SeedOf(result.NextSeedHash, "next_seed_hash"),
            Height = result.Height ?? builder.Height,
            Previous = previous,
        };
    }

    /// <exception cref="PoolProtocolException">It is not a block that we can mine.</exception>
    public static MoneroBlobBuilder BuilderOf(MoneroBlockTemplate template)
    {
        try
        {
            return MoneroBlobBuilder.Create(template);
        }
        catch (UnusableTemplateException unusable)
        {
            throw new PoolProtocolException(unusable.Message);
        }
    }

    private static BigInteger ReadDifficulty(TemplateResult result)
    {
        BigInteger difficulty = result.Difficulty ?? 0;
        if (result.WideDifficulty is { } wide)
        {
            // The leading zero keeps the first digit from being read as a sign.
            if (!wide.StartsWith("0x", StringComparison.Ordinal) || wide.Length is < 3 or > 66
                || !BigInteger.TryParse("0" + wide[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out difficulty))
            {
                throw Wrong("wide_difficulty", wide, "0x and up to 64 hex digits");
            }
        }

        return difficulty.Sign > 0 ? difficulty : throw new PoolProtocolException("difficulty and wide_difficulty are missing or zero");
    }

    private static byte[] Bytes(string? hex, string field)
    {
        if (string.IsNullOrEmpty(hex))
        {
            throw Missing(field);
        }

        var bytes = new byte[hex.Length / 2];
        return hex.Length % 2 == 0 && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? bytes : throw Wrong(field, hex, "an even number of hex digits");
    }

    private static Hash256 Hash(string? hex, string field) =>
        Hash256.TryParse(hex ?? throw Missing(field), out var hash) ? hash : throw Wrong(field, hex, "64 hex digits");

    private static Seed SeedOf(string? hex, string field)
    {
        var bytes = new byte[Hash256.Size];
        Hash(hex, field).CopyTo(bytes);
        return Seed.FromBytes(bytes);
    }

    private static PoolProtocolException Missing(string field) => new($"{field} is missing");

    private static PoolProtocolException Wrong(string field, string value, string expected) =>
        new($"{field} '{(value.Length <= 70 ? value : value[..70] + "...")}' is not {expected}");
}
