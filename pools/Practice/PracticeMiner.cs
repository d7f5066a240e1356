using System.Buffers.Binary;
using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// What the pool knows of one login: extra nonce, difficulty, jobs and the nonces it handed in. Outlives its connection for a while, so that
/// a miner that comes back goes on where it stopped. Guarded by the pool's lock.
/// </summary>
internal sealed class PracticeMiner(string login, string? rigId, uint extraNonce, PracticePoolOptions options, TimeProvider clock)
{
    private const int MaxJobs = 64;
    private const int MaxNoncesOfABlock = 65_536;

    private readonly Dictionary<string, PracticeJob> _jobs = [];
    private readonly Queue<string> _jobOrder = new();
    private readonly HashSet<(Algorithm Algorithm, string Blob, uint Nonce)> _seen = [];
    private PracticeBlock? _seenBlock;
    private uint _revision;
    private ulong _madeFor;

    public uint ExtraNonce => extraNonce;

    /// <summary>What it mines, a version of RandomX, since its last login. Jobs that it has already keep their own.</summary>
    public Algorithm Algorithm { get; set; }

    public VariableDifficulty Difficulty { get; } = new(options, clock);

    /// <summary>Null while it is away.</summary>
    public PracticeConnection? Connection { get; set; }

    /// <summary>When it went away, as a timestamp of the pool's clock.</summary>
    public long LeftAt { get; set; }

    /// <summary>The last job made for it.</summary>
    public PracticeJob? Current { get; private set; }

    public bool Is(string otherLogin, string? otherRigId) => login == otherLogin && rigId == otherRigId;

    /// <summary>The job for the pool's current work: the same object if neither blob, difficulty nor algorithm changed.</summary>
    public PracticeJob JobFor(PracticeWork work)
    {
        var fixedByte = options.NiceHash ? (byte)(1 + extraNonce % 255) : (byte)0;
        var blob = work.Block.Blob(work.Refresh, extraNonce, work.UnixSeconds, fixedByte);
        if (Current is { } current && current.Algorithm == Algorithm && current.Blob.AsSpan().SequenceEqual(blob) && _madeFor == Difficulty.Current)
        {
            return current;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{work.Block.Height:x}-{extraNonce:x8}-{_revision++:x}");
        Current = new PracticeJob(id, work.Block, Algorithm, blob, Difficulty.Current, options.ShortTargets);
        _madeFor = Difficulty.Current;
        _jobs.Add(id, Current);
        _jobOrder.Enqueue(id);
        if (_jobOrder.Count > MaxJobs)
        {
            _jobs.Remove(_jobOrder.Dequeue());
        }

        return Current;
    }

    /// <summary>
    /// Checks everything about a share that needs no hashing. Null: it may be verified, and its nonce is taken until
    /// <see cref="GiveBack"/>.
    /// </summary>
    public PracticeRefusal? Check(SubmitParams submit, PracticeBlock present, out CheckedShare share)
    {
        share = default;
        Span<byte> nonceBytes = stackalloc byte[4];
        if (submit.Nonce is not { Length: 8 } || Convert.FromHexString(submit.Nonce, nonceBytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return PracticeRefusal.InvalidNonce;
        }

        if (!Hash256.TryParse(submit.Result, out var result))
        {
            return PracticeRefusal.Malformed;
        }

        if (submit.JobId is null || !_jobs.TryGetValue(submit.JobId, out var job))
        {
            return PracticeRefusal.UnknownJob;
        }

        if (submit.Algo is not null && !(AlgorithmNames.TryParse(submit.Algo, out var algorithm) && algorithm == job.Algorithm))
        {
            return PracticeRefusal.UnsupportedAlgorithm;
        }

        if (job.Block != present)
        {
            return PracticeRefusal.Expired;
        }

        if (options.NiceHash && nonceBytes[3] != job.Blob[PracticeBlock.NonceOffset + 3])
        {
            return PracticeRefusal.InvalidNonce;
        }

        var hash = result;
        if (job.Algorithm == Algorithm.RandomXV2 && !Hash256.TryParse(submit.Commitment, out hash))
        {
            return PracticeRefusal.Malformed;
        }

        if (!job.Target.IsMetBy(result))
        {
            return PracticeRefusal.LowDifficulty;
        }

        var nonce = BinaryPrimitives.ReadUInt32LittleEndian(nonceBytes);
        if (Commitment.Judged(job.Algorithm, NonceInput.Of(job.Blob, PracticeBlock.NonceOffset, nonce), hash) != result)
        {
            return PracticeRefusal.WrongHash;
        }

        if (_seenBlock != present)
        {
            _seen.Clear();
            _seenBlock = present;
        }

        if (_seen.Count >= MaxNoncesOfABlock)
        {
            return PracticeRefusal.TooManyShares;
        }

        share = new(job, nonce, hash);
        return _seen.Add((job.Algorithm, job.BlobHex, share.Nonce)) ? null : PracticeRefusal.Duplicate;
    }

    /// <summary>The share was wrong after all: the nonce may still be handed in with its right hash.</summary>
    public void GiveBack(in CheckedShare share) => _seen.Remove((share.Job.Algorithm, share.Job.BlobHex, share.Nonce));
}
