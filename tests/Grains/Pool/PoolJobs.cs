using System.Collections.Immutable;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

/// <summary>Jobs and shares for the session's tests.</summary>
internal static class PoolJobs
{
    public static PoolJob Make(string jobId = "job-1", byte parent = 0xab, uint nonce = 0, byte root = 0xcd) => new()
    {
        Serial = 0,
        JobId = jobId,
        Algorithm = Algorithm.RandomX,
        Blob = ImmutableArray.Create(FakeJob.Blob76(parent, nonce, root)),
        NonceOffset = 39,
        Nonces = NonceRange.All,
        Target = Target.FromDifficulty(1000),
        Seed = Seed.FromBytes(new byte[32]),
        Height = 100,
        Pool = "one:3333",
        Parent = Convert.ToHexStringLower(Enumerable.Repeat(parent, 32).ToArray()),
    };

    public static VerifiedShare Share(PoolJob job, uint nonce = 7) => new() { JobSerial = job.Serial, ExtraNonce = 0, Nonce = nonce, Hash = default };
}
