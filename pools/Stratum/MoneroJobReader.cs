using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>Checks the fields of a job and makes a <see cref="PoolJob"/> from them.</summary>
/// <param name="pool">host:port, for people.</param>
/// <param name="offered">The algorithms named at login; a job without one is for the first.</param>
internal sealed class MoneroJobReader(string pool, IReadOnlyList<Algorithm> offered)
{
    public const int NonceOffset = 39;
    public const int MinBlobBytes = NonceOffset + 4;
    public const int MaxBlobBytes = 407;
    public const int MaxJobIdChars = 128;

    /// <summary>major, minor (1 byte each) and timestamp (5 bytes) as varints, in every Monero header whose nonce lies at 39.</summary>
    private const int ParentOffset = NonceOffset - Hash256.Size;

    /// <summary>The pool said, or the owner set, that the last nonce byte is the pool's. A blob whose nonce is not zero says so too.</summary>
    public bool NiceHash { get; set; }

    /// <param name="job">Its serial is 0: one is given when the job is taken.</param>
    /// <param name="error">What is wrong, quoting the field.</param>
    public bool TryRead(StratumJob wire, [NotNullWhen(true)] out PoolJob? job, [NotNullWhen(false)] out string? error)
    {
        job = null;
        error = Check(wire, out var blob, out var target, out var algorithm, out var height, out var seed, out var nextSeed);
        if (error is not null)
        {
            return false;
        }

        var niceHash = NiceHash || blob.AsSpan(NonceOffset, 4).ContainsAnyExcept((byte)0);
        job = new()
        {
            Serial = 0,
            JobId = wire.JobId!,
            Algorithm = algorithm,
            Blob = ImmutableArray.Create(blob),
            NonceOffset = NonceOffset,
            Nonces = niceHash ? NonceRange.NiceHash(blob[NonceOffset + 3]) : NonceRange.All,
            Target = target,
            Seed = seed,
            NextSeed = nextSeed,
            Height = height,
            Pool = pool,
            Parent = Parent(blob, seed, height),
        };
        return true;
    }

    private string? Check(StratumJob wire, out byte[] blob, out Target target, out Algorithm algorithm, out ulong? height, out Seed seed, out Seed? nextSeed)
    {
        (blob, target, algorithm, height, seed, nextSeed) = ([], default, offered[0], null, Seed.None, null);
        if (wire.JobId is not { Length: > 0 and <= MaxJobIdChars })
        {
            return $"job_id of {wire.JobId?.Length ?? 0} characters, expected 1 to {MaxJobIdChars}";
        }

        if (wire.JobId.Contains(StratumParser.Unreadable))
        {
            return $"job_id '{Quote(wire.JobId)}', which is no text that could be handed back";
        }

        if (wire.Blob is not { Length: >= 2 * MinBlobBytes and <= 2 * MaxBlobBytes } text || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
        {
            return $"blob of {wire.Blob?.Length ?? 0} characters, expected {MinBlobBytes} to {MaxBlobBytes} bytes in hex";
        }

        blob = Convert.FromHexString(text);
        if (!Target.TryParse(wire.Target, out target))
        {
            return $"target '{Quote(wire.Target)}', expected 8 or 16 hex digits, not zero";
        }

        if (wire.Algo is not null && (!AlgorithmNames.TryParse(wire.Algo, out algorithm) || !offered.Contains(algorithm)))
        {
            return $"algo '{Quote(wire.Algo)}' was not offered ({string.Join(", ", offered.Select(AlgorithmNames.WireName))})";
        }

        // Only shown to people: losing the job over an impossible height, such as "", -1 or 3350000.0, is not worth it.
        height = ulong.TryParse(wire.Height, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

        if (!TryReadSeed(wire.SeedHash, out var current))
        {
            return $"seed_hash '{Quote(wire.SeedHash)}', expected 64 hex digits";
        }

        seed = current;

        // Only a hint to prepare a dataset ahead of time: rare, sometimes empty, and not worth losing the job for.
        _ = TryReadSeed(wire.NextSeedHash, out nextSeed);
        return null;
    }

    private static bool TryReadSeed(string? hex, [NotNullWhen(true)] out Seed? seed)
    {
        seed = null;
        return hex is { Length: 2 * Hash256.Size } && Seed.TryParse(hex, out seed);
    }

    /// <summary>
    /// The previous block's id. If the header has another form, height and seed still tell the jobs of one block from those of the next.
    /// </summary>
    private static string Parent(ReadOnlySpan<byte> blob, Seed seed, ulong? height)
    {
        var offset = 0;
        if (SkipVarint(blob, ref offset) && SkipVarint(blob, ref offset) && SkipVarint(blob, ref offset) && offset == ParentOffset)
        {
            return Convert.ToHexStringLower(blob.Slice(offset, Hash256.Size));
        }

        return height is null ? Convert.ToHexStringLower(blob) : string.Create(CultureInfo.InvariantCulture, $"{seed}+{height}");
    }

    /// <summary>Base-128, least significant group first, high bit set on all bytes but the last; at most 10 bytes.</summary>
    private static bool SkipVarint(ReadOnlySpan<byte> blob, ref int offset)
    {
        for (var taken = 0; taken < 10; taken++)
        {
            if ((blob[offset++] & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string Quote(string? text) => text is null ? "" : PoolText.Clean(text.Length <= 40 ? text : text[..40]);
}
