using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Jobs;

/// <summary>What the job table says about a share: refused with a reason, or what to hash to verify it. One of the two is null.</summary>
/// <param name="Asked">The difficulty of its job; 0 when refused, like the next.</param>
/// <param name="Reached">The one that the share has, if its hash is right.</param>
internal readonly record struct ShareCheck(ShareOutcome? Refused, ShareInput? ToVerify, double Asked = 0, double Reached = 0);

/// <summary>All that is needed to recompute a share's hash.</summary>
internal sealed record ShareInput(Algorithm Algorithm, Seed Seed, byte[] Blob);
