using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.TestKit;

/// <summary>A share on its way to a <see cref="FakeConnection"/>.</summary>
internal sealed class FakeSubmission(PoolJob job, VerifiedShare share)
{
    private readonly TaskCompletionSource<SubmitResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PoolJob Job => job;

    public VerifiedShare Share => share;

    public Task<SubmitResult> Answered => _answer.Task;

    public void Answer(ShareOutcome outcome, string? reason = null) => _answer.SetResult(new(outcome, reason));
}
