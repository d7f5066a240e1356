using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// What the pool knows about a connection that speaks Stratum v1. Ends with it, because the next connection has another extranonce1.
/// Guarded by the pool's lock.
/// </summary>
internal sealed class PracticeV1Miner(uint number, PracticePoolOptions options, TimeProvider clock)
{
    private const int MaxJobs = 64;
    private const int MaxSharesOfABlock = 65_536;
    private const int MaxUsers = 16;
    private const int MaxUserChars = 256;

    private readonly Dictionary<string, PracticeV1Job> _jobs = [];
    private readonly Queue<string> _jobOrder = new();
    private readonly HashSet<string> _seen = [];
    private readonly HashSet<string> _users = [];
    private PracticeBlock? _seenBlock;
    private uint _revision;

    public VariableDifficulty Difficulty { get; } = new(options, clock);

    /// <summary>For jobs from now on. Begins with the connection's number, so that no two are equal; the rest is random.</summary>
    public byte[] ExtraNonce1 { get; private set; } = NewExtraNonce(number, options.ExtraNonce1Bytes);

    public bool IsAuthorized => _users.Count > 0;

    /// <summary>It wants to be told of another extranonce1.</summary>
    public bool TakesExtraNonces { get; set; }

    /// <summary>The difficulty it was told last; 0: none yet.</summary>
    public ulong Told { get; set; }

    /// <summary>When the difficulty was last changed for the sake of change.</summary>
    public long SwungAt { get; set; } = clock.GetTimestamp();

    /// <summary>It had half or double the difficulty.</summary>
    public bool Swung { get; set; }

    /// <returns>False: not a possible name, or too many of them.</returns>
    public bool Authorize(string? user)
        => user is { Length: > 0 and <= MaxUserChars } && (_users.Contains(user) || (_users.Count < MaxUsers && _users.Add(user)));

    public void RenewExtraNonce(uint newNumber) => ExtraNonce1 = NewExtraNonce(newNumber, options.ExtraNonce1Bytes);

    public PracticeV1Job JobFor(PracticeWork work)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{work.Block.Height:x}-{_revision++:x}");
        var job = new PracticeV1Job(id, work, ExtraNonce1, options.ExtraNonce2Bytes, Difficulty.Current);
        _jobs.Add(id, job);
        _jobOrder.Enqueue(id);
        if (_jobOrder.Count > MaxJobs)
        {
            _jobs.Remove(_jobOrder.Dequeue());
        }

        return job;
    }

    /// <summary>
    /// Checks everything about a share that needs no hashing. Null: it may be verified, and its header is taken until
    /// <see cref="GiveBack"/>.
    /// </summary>
    /// <param name="submit">user, job id, extranonce2, time, nonce; what is missing is null.</param>
    public PracticeRefusal? Check(IReadOnlyList<string?> submit, PracticeBlock present, out CheckedV1Share share)
    {
        share = default;
        if (submit.Count < 5)
        {
            return PracticeRefusal.Malformed;
        }

        if (submit[0] is not { } user || !_users.Contains(user))
        {
            return PracticeRefusal.Unauthenticated;
        }

        if (submit[1] is not { } id || !_jobs.TryGetValue(id, out var job))
        {
            return PracticeRefusal.UnknownJob;
        }

        if (job.Block != present)
        {
            return PracticeRefusal.Expired;
        }

        var extraNonce2 = new byte[job.ExtraNonce2Bytes];
        if (submit[2]?.Length != 2 * extraNonce2.Length || Convert.FromHexString(submit[2]!, extraNonce2, out _, out _) != OperationStatus.Done
            || !TryReadWord(submit[3], out var time) || time != job.Time)
        {
            return PracticeRefusal.Malformed;
        }

        if (!TryReadWord(submit[4], out var nonce))
        {
            return PracticeRefusal.InvalidNonce;
        }

        if (_seenBlock != present)
        {
            _seen.Clear();
            _seenBlock = present;
        }

        if (_seen.Count >= MaxSharesOfABlock)
        {
            return PracticeRefusal.TooManyShares;
        }

        share = new(job, job.Header(extraNonce2, nonce), nonce);
        return _seen.Add(share.BlobHex + submit[4]!.ToLowerInvariant()) ? null : PracticeRefusal.Duplicate;
    }

    /// <summary>The share was too low, or could not be verified: it may be handed in again and gets the same answer.</summary>
    public void GiveBack(in CheckedV1Share share) => _seen.Remove(share.BlobHex + share.Nonce.ToString("x8", CultureInfo.InvariantCulture));

    private static bool TryReadWord(string? hex, out uint word)
    {
        word = 0;
        return hex is { Length: 8 } && hex.All(char.IsAsciiHexDigit)
            && uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out word);
    }

    private static byte[] NewExtraNonce(uint number, int bytes)
    {
        var extraNonce = RandomNumberGenerator.GetBytes(Math.Max(bytes, 4));
        BitConverter.TryWriteBytes(extraNonce, number);
        return extraNonce[..bytes];
    }
}
