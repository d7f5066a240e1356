using System.Threading.Channels;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.TestKit;

/// <summary>A connection whose jobs, answers and end come from the test.</summary>
internal sealed class FakeConnection(Func<ulong> nextSerial) : IPoolConnection
{
    private readonly Channel<PoolJob> _jobs = Channel.CreateUnbounded<PoolJob>();
    private readonly TaskCompletionSource<SubmitResult> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<FakeSubmission> _submissions = Channel.CreateUnbounded<FakeSubmission>();

    public ChannelReader<PoolJob> Jobs => _jobs.Reader;

    public PoolPeer Peer { get; init; } = new("192.0.2.1", "TLSv1.3", new string('f', 64));

    public bool IsDisposed => _disposed.Task.IsCompleted;

    public Task DisposedAsync() => Eventually.ComesAsync(_disposed.Task, "disposal of a connection");

    /// <summary>How many shares came in and were not read by <see cref="SubmissionAsync"/>.</summary>
    public int Unread => _submissions.Reader.Count;

    public PoolJob Serve(PoolJob job)
    {
        var served = job with { Serial = nextSerial() };
        _jobs.Writer.TryWrite(served);
        return served;
    }

    public void Drop(Exception? reason = null)
    {
        var end = reason ?? new IOException("dropped by the test");
        _ended.TrySetException(end);
        _ = _ended.Task.Exception;
        _jobs.Writer.TryComplete(end);
    }

    public Task<FakeSubmission> SubmissionAsync() => Eventually.ComesAsync(_submissions.Reader.ReadAsync().AsTask(), "submission of a share");

    public async Task<SubmitResult> SubmitAsync(PoolJob job, VerifiedShare share, CancellationToken cancellation)
    {
        if (_ended.Task.IsCompleted)
        {
            return await _ended.Task;
        }

        var submission = new FakeSubmission(job, share);
        _submissions.Writer.TryWrite(submission);
        return await await Task.WhenAny(submission.Answered, _ended.Task).WaitAsync(cancellation);
    }

    public ValueTask DisposeAsync()
    {
        Drop();
        _disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
