using P2PMiner.Jobs;

namespace P2PMiner.Pools.Connections;

/// <summary>A pool's answer to a share. The reason is the pool's own text, null when accepted.</summary>
internal readonly record struct SubmitResult(ShareOutcome Outcome, string? Reason);
