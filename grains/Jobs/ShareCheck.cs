using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Jobs;

/// <summary>What the job table says about a share: refused with a reason, or what to hash to verify it. One of the two is null.</summary>
internal readonly record struct ShareCheck(ShareOutcome? Refused, ShareInput? ToVerify);

/// <summary>All that is needed to recompute a share's hash.</summary>
internal sealed record ShareInput(Algorithm Algorithm, Seed Seed, byte[] Blob);
