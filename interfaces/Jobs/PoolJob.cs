using System.Buffers.Binary;
using System.Collections.Immutable;
using P2PMiner.Hashing;

namespace P2PMiner.Jobs;

/// <summary>A job from a pool or daemon, read and checked.</summary>
[GenerateSerializer, Immutable, Alias("p2p.PoolJob")]
public sealed record PoolJob : IWireValue
{
    /// <summary>Counts the jobs of this pool session, from 1, over all connections. Shares name their job by it.</summary>
    [Id(0)] public required ulong Serial { get; init; }

    /// <summary>
    /// The pool's own name for it, sent back unchanged with each share: not a text for people, see <see cref="ShownId"/>.
    /// </summary>
    [Id(1)] public required string JobId { get; init; }

    /// <summary><see cref="JobId"/> for people. Two jobs may look the same here; their serials tell them apart.</summary>
    public string ShownId => OutsideText.Clean(JobId);

    [Id(2)] public required Algorithm Algorithm { get; init; }

    /// <summary>The hashing blob, for extra nonce 0 where there is a <see cref="Template"/>. At most 407 bytes for Monero.</summary>
    [Id(3)] public required ImmutableArray<byte> Blob { get; init; }

    /// <summary>Where the 4 nonce bytes lie in the blob: 39 for Monero.</summary>
    [Id(4)] public required int NonceOffset { get; init; }

    /// <summary>The nonces that are ours: all, or 2^24 of them where the pool fixes the last nonce byte.</summary>
    [Id(5)] public required NonceRange Nonces { get; init; }

    [Id(6)] public required Target Target { get; init; }
    [Id(7)] public required Seed Seed { get; init; }

    /// <summary>The seed after this one, when the pool tells it ahead of time.</summary>
    [Id(8)] public Seed? NextSeed { get; init; }

    /// <summary>Block height; null when the pool does not say.</summary>
    [Id(9)] public ulong? Height { get; init; }

    /// <summary>host:port, for people.</summary>
    [Id(10)] public required string Pool { get => OutsideText.Clean(field); init; }

    /// <summary>
    /// What this job builds on, in hex: jobs with the same value extend the same block, and a share of an earlier one still counts.
    /// A job with another value makes the earlier ones stale. In Stratum v1 the pool says which do, so there it is a name for jobs that count together.
    /// </summary>
    [Id(11)] public required string Parent { get; init; }

    /// <summary>How to make a blob for each peer; null when all peers share <see cref="Blob"/>.</summary>
    [Id(12)] public ExtraNonceTemplate? Template { get; init; }

    /// <summary>Where a Stratum v1 header has the network's target.</summary>
    private const int BitsOffset = 72;

    /// <summary>
    /// The hashes that a block takes on average; null: the pool does not tell. A daemon's job is a block, and a Stratum v1 header has the target of one.
    /// </summary>
    public double? NetworkDifficulty => Template switch
    {
        MoneroBlockTemplate => (double)Target.Difficulty,
        StratumV1Template when Target.TryFromBits(BinaryPrimitives.ReadUInt32LittleEndian(Blob.AsSpan(BitsOffset, sizeof(uint))), out var network)
            => (double)network.Difficulty,
        _ => null,
    };

    /// <summary>
    /// False: no blob of this job has that extra nonce, or the nonces are not ours. Without a template there is the one blob of extra nonce
    /// 0.
    /// </summary>
    public bool Offers(uint extraNonce, uint nonce) => Nonces.Contains(nonce) && extraNonce < (Template?.ExtraNonces ?? 1);

    public string? FindFault() => HashingBlob.FindFault(Algorithm, Seed, Blob, NonceOffset) ?? WireFault.Optional(nameof(NextSeed), NextSeed)
        ?? WireFault.Text(nameof(JobId), JobId) ?? WireFault.Text(nameof(Pool), Pool) ?? WireFault.Text(nameof(Parent), Parent)
        ?? WireFault.Of(nameof(Nonces), Nonces) ?? (Nonces.IsEmpty ? "no nonces" : null) ?? WireFault.Optional(nameof(Template), Template)
        ?? (Template is StratumV1Template && Algorithm != Algorithm.GhostRider ? $"a Stratum v1 job of {Algorithm.WireName()}" : null);
}
