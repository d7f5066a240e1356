using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// Keeps what a Stratum v1 pool says between jobs, extra nonce and difficulty, and makes jobs from mining.notify with what is valid at that
/// time. Plain state of one connection, one caller at a time.
/// </summary>
/// <param name="pool">host:port, for people.</param>
internal sealed class V1JobReader(string pool)
{
    public const int MaxJobIdChars = 128;
    public const int MaxExtraNonce1Bytes = 64;
    public const int MaxExtraNonce2Bytes = 32;

    /// <summary>2^32 transactions in a block.</summary>
    public const int MaxBranches = 32;

    private ImmutableArray<byte> _extraNonce1;
    private int _extraNonce2Bytes;

    /// <summary>Until the pool says otherwise: difficulty 1.</summary>
    private Target _target = Target.FromStratumV1(1, 1);

    private string _parent = "";
    private string _parentHash = "";
    private uint _cleanings;

    /// <summary>Without an extra nonce there is no coinbase transaction, and so no job.</summary>
    public bool HasExtraNonce => !_extraNonce1.IsDefault;

    /// <summary>From the next job on.</summary>
    /// <param name="bytes">Of extranonce2; null: as before.</param>
    /// <returns>What is wrong, quoting it; null: done.</returns>
    public string? SetExtraNonce(string? extraNonce1, string? bytes)
    {
        if (!TryReadHex(extraNonce1, 0, MaxExtraNonce1Bytes, out var read))
        {
            return $"extranonce1 '{Quote(extraNonce1)}' of {extraNonce1?.Length ?? 0} characters, expected up to {MaxExtraNonce1Bytes} bytes in hex";
        }

        var size = _extraNonce2Bytes;
        if ((bytes is not null || !HasExtraNonce)
            && (!int.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size > MaxExtraNonce2Bytes))
        {
            return $"extranonce2_size '{Quote(bytes)}', expected 0 to {MaxExtraNonce2Bytes}";
        }

        (_extraNonce1, _extraNonce2Bytes) = (read, size);
        return null;
    }

    /// <summary>From the next job on.</summary>
    /// <returns>What is wrong, quoting it; null: done.</returns>
    public string? SetDifficulty(string? text)
    {
        if (!V1Difficulty.TryParse(text, out var target))
        {
            return $"difficulty '{Quote(text)}', expected a number above 0";
        }

        _target = target;
        return null;
    }

    /// <param name="job">Its serial is 0 and its parent empty: those are given when the job is taken.</param>
    /// <param name="error">What is wrong, quoting the field.</param>
    public bool TryRead(StratumNotify wire, [NotNullWhen(true)] out PoolJob? job, [NotNullWhen(false)] out string? error)
    {
        job = null;
        var header = new byte[V1Header.Size];
        error = Check(wire, header, out var head, out var tail, out var branches);
        if (error is not null)
        {
            return false;
        }

        var template = new StratumV1Template
        {
            CoinbaseHead = head,
            ExtraNonce1 = _extraNonce1,
            ExtraNonce2Bytes = _extraNonce2Bytes,
            CoinbaseTail = tail,
            Branches = branches,
            Time = wire.Time!,
        };
        job = new()
        {
            Serial = 0,
            JobId = wire.JobId!,
            Algorithm = Algorithm.GhostRider,
            Blob = ImmutableArray.Create(V1Header.Build(header, template, 0)),
            NonceOffset = V1Header.NonceOffset,
            Nonces = NonceRange.All,
            Target = _target,
            Seed = Seed.None,
            Pool = pool,
            Parent = "",
            Template = template,
        };
        return true;
    }

    /// <summary>
    /// The job with its <see cref="PoolJob.Parent"/>. The pool alone decides whether earlier jobs count: a job that cleans has a parent of its own, and those
    /// that follow without cleaning have the same, whatever block they build on.
    /// </summary>
    /// <param name="clean">As it was on the wire; null or unknown: the job cleans if the previous block's hash has changed.</param>
    public PoolJob Place(PoolJob job, string? clean)
    {
        var hash = Convert.ToHexStringLower(job.Blob.AsSpan(V1Header.PreviousHashOffset, Hash256.Size));
        var cleans = clean switch
        {
            "true" or "1" => true,
            "false" or "0" => false,
            _ => hash != _parentHash,
        };
        if (cleans || _parent.Length == 0)
        {
            _cleanings = hash == _parentHash ? _cleanings + 1 : 0;
            _parent = _cleanings == 0 ? hash : string.Create(CultureInfo.InvariantCulture, $"{hash}+{_cleanings}");
            _parentHash = hash;
        }

        return job with { Parent = _parent };
    }

    private static string? Check(
        StratumNotify wire, byte[] header, out ImmutableArray<byte> head, out ImmutableArray<byte> tail, out ImmutableArray<Hash256> branches)
    {
        (head, tail, branches) = ([], [], []);
        if (wire.JobId is not { Length: > 0 and <= MaxJobIdChars })
        {
            return $"job_id of {wire.JobId?.Length ?? 0} characters, expected 1 to {MaxJobIdChars}";
        }

        if (wire.JobId.Contains(StratumParser.Unreadable))
        {
            return $"job_id '{Quote(wire.JobId)}', which is no text that could be handed back";
        }

        if (!TryReadWords(wire.Version, header.AsSpan(0, 4)))
        {
            return $"version '{Quote(wire.Version)}', expected 8 hex digits";
        }

        if (!TryReadWords(wire.PreviousHash, header.AsSpan(V1Header.PreviousHashOffset, Hash256.Size)))
        {
            return $"prevhash '{Quote(wire.PreviousHash)}', expected 64 hex digits";
        }

        if (!TryReadWords(wire.Time, header.AsSpan(V1Header.TimeOffset, 4)))
        {
            return $"ntime '{Quote(wire.Time)}', expected 8 hex digits";
        }

        if (!TryReadWords(wire.Bits, header.AsSpan(V1Header.BitsOffset, 4)))
        {
            return $"nbits '{Quote(wire.Bits)}', expected 8 hex digits";
        }

        // Together they are the longest part of a line, and its length is limited already.
        if (!TryReadHex(wire.CoinbaseHead, 1, StratumLineReader.MaxLineBytes, out head))
        {
            return $"coinb1 of {wire.CoinbaseHead?.Length ?? 0} characters, expected bytes in hex";
        }

        if (!TryReadHex(wire.CoinbaseTail, 0, StratumLineReader.MaxLineBytes, out tail))
        {
            return $"coinb2 of {wire.CoinbaseTail?.Length ?? 0} characters, expected bytes in hex";
        }

        if (wire.Branches is not { Count: <= MaxBranches } list)
        {
            return wire.Branches is null ? "no list of merkle branches" : $"{wire.Branches.Count} merkle branches, expected up to {MaxBranches}";
        }

        var read = ImmutableArray.CreateBuilder<Hash256>(list.Count);
        foreach (var text in list)
        {
            if (!Hash256.TryParse(text, out var branch))
            {
                return $"merkle branch '{Quote(text)}', expected 64 hex digits";
            }

            read.Add(branch);
        }

        branches = read.MoveToImmutable();
        return null;
    }

    private static bool TryReadHex(string? hex, int leastBytes, int mostBytes, out ImmutableArray<byte> bytes)
    {
        bytes = default;
        if (hex is null || hex.Length < 2 * leastBytes || hex.Length > 2 * mostBytes || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        bytes = ImmutableArray.Create(Convert.FromHexString(hex));
        return true;
    }

    /// <summary>On the wire the bytes of each 4-byte word are in reverse order.</summary>
    private static bool TryReadWords(string? hex, Span<byte> bytes)
    {
        if (hex is null || hex.Length != 2 * bytes.Length || Convert.FromHexString(hex, bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        for (var word = 0; word < bytes.Length; word += 4)
        {
            bytes.Slice(word, 4).Reverse();
        }

        return true;
    }

    private static string Quote(string? text) => text is null ? "" : PoolText.Clean(text.Length <= 40 ? text : text[..40]);
}
