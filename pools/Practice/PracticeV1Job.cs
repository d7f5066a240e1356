using System.Buffers.Binary;
using System.Security.Cryptography;
using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// A Stratum v1 job as one miner got it: the parts of a block in Raptoreum's form with that miner's extranonce1 of the time. A job id stands for one target:
/// a new one comes with a new id. Made without the code of the miner's side, so that the same mistake cannot be in both.
/// </summary>
internal sealed class PracticeV1Job
{
    /// <summary>Special transaction version 3, type 5, as Raptoreum's coinbase has it; one input, which spends nothing.</summary>
    private const string CoinbaseStart = "0300050001" + "0000000000000000000000000000000000000000000000000000000000000000" + "ffffffff";

    private const uint Version = 0x20000000;
    private const uint Bits = 0x1e00ffff;

    private readonly byte[][] _branches;

    public PracticeV1Job(string id, PracticeWork work, byte[] extraNonce1, int extraNonce2Bytes, ulong difficulty)
    {
        (Id, Block, ExtraNonce1, ExtraNonce2Bytes, Difficulty) = (id, work.Block, extraNonce1, extraNonce2Bytes, difficulty);
        Time = (uint)work.UnixSeconds;
        Target = Target.FromStratumV1(difficulty, 65536);

        // Height and 4 bytes of our own, then the extra nonces: the input's script.
        Span<byte> script = stackalloc byte[9];
        script[0] = 4;
        BinaryPrimitives.WriteUInt32LittleEndian(script[1..], (uint)work.Block.Height);
        BinaryPrimitives.WriteUInt32LittleEndian(script[5..], work.Refresh);
        Head = [.. Convert.FromHexString(CoinbaseStart), (byte)(script.Length + extraNonce1.Length + extraNonce2Bytes), .. script];

        // Final sequence, one output with a reward and 25 bytes of script, lock time 0.
        var secret = work.Block.Derive(work.Refresh, "output");
        Tail = [0xff, 0xff, 0xff, 0xff, 1, .. BitConverter.GetBytes(500_000_000_000L), 25, .. secret.AsSpan(0, 25), 0, 0, 0, 0];
        _branches = [.. Enumerable.Range(0, secret[31] % 12).Select(level => work.Block.Derive(work.Refresh, $"branch {level}"))];
    }

    public string Id { get; }
    public PracticeBlock Block { get; }
    public byte[] ExtraNonce1 { get; }
    public int ExtraNonce2Bytes { get; }
    public ulong Difficulty { get; }
    public Target Target { get; }
    public uint Time { get; }
    public byte[] Head { get; }
    public byte[] Tail { get; }

    /// <summary>The parameters of mining.notify but the last: numbers as numbers, the words of the previous hash the other way round.</summary>
    public (string PreviousHash, string Head, string Tail, IEnumerable<string> Branches, string Version, string Bits, string Time) Fields => (
        string.Concat(Block.Previous.Chunk(4).Select(word => $"{BinaryPrimitives.ReadUInt32LittleEndian(word):x8}")), Convert.ToHexStringLower(Head),
        Convert.ToHexStringLower(Tail), _branches.Select(Convert.ToHexStringLower), $"{Version:x8}", $"{Bits:x8}", $"{Time:x8}");

    /// <summary>The 80 bytes that a share claims to have hashed.</summary>
    public byte[] Header(ReadOnlySpan<byte> extraNonce2, uint nonce)
    {
        var root = DoubleHash([.. Head, .. ExtraNonce1, .. extraNonce2, .. Tail]);
        foreach (var branch in _branches)
        {
            root = DoubleHash([.. root, .. branch]);
        }

        return [.. BitConverter.GetBytes(Version), .. Block.Previous, .. root, .. BitConverter.GetBytes(Time),
            .. BitConverter.GetBytes(Bits), .. BitConverter.GetBytes(nonce)];
    }

    private static byte[] DoubleHash(byte[] bytes) => SHA256.HashData(SHA256.HashData(bytes));
}
