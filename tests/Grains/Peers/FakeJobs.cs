using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Peers;

/// <summary>The job grain of a session, as a peer sees it.</summary>
internal sealed class FakeJobs : IJobGrain
{
    /// <summary>What a question for work gets.</summary>
    public WorkUnit? Unit { get; set; }

    /// <summary>Each question waits for <see cref="Answer"/>.</summary>
    public bool HoldsAnswers { get; set; }

    /// <summary>When set, no call but those for shares comes through.</summary>
    public Exception? Unreachable { get; set; }

    /// <summary>Rates told with the questions for work.</summary>
    public List<HashRate> Questions { get; } = [];

    /// <summary>Questions that got a unit.</summary>
    public int Given { get; private set; }

    public List<WorkReport> Reports { get; } = [];

    /// <summary>Runs before each report is answered.</summary>
    public Func<Task> OnReport { get; set; } = () => Task.CompletedTask;

    public List<NodeAnnouncement> Announcements { get; } = [];

    public DatasetHostOffer? Offer { get; set; }

    public int Leaves { get; private set; }

    public List<FoundShare> Shares { get; } = [];

    /// <summary>What becomes of a share.</summary>
    public Func<Task<ShareOutcome>> OnShare { get; set; } = () => Task.FromResult(ShareOutcome.Accepted);

    private Queue<TaskCompletionSource<WorkUnit?>> Held { get; } = new();

    /// <summary>Answers the oldest question that waits.</summary>
    public void Answer(WorkUnit? unit) => Held.Dequeue().SetResult(unit);

    public ValueTask<WorkUnit?> LeaseAsync(NodeId peer, HashRate measured)
    {
        Questions.Add(measured);
        if (Unreachable is { } error)
        {
            return ValueTask.FromException<WorkUnit?>(error);
        }

        if (HoldsAnswers)
        {
            Held.Enqueue(new(TaskCreationOptions.RunContinuationsAsynchronously));
            return new(Held.Last().Task);
        }

        Given += Unit is null ? 0 : 1;
        return ValueTask.FromResult(Unit);
    }

    public Task<ShareOutcome> SubmitAsync(FoundShare share)
    {
        Shares.Add(share);
        return OnShare();
    }

    public async ValueTask ReportAsync(WorkReport report)
    {
        if (Unreachable is { } error)
        {
            throw error;
        }

        Reports.Add(report);
        await OnReport();
    }

    public ValueTask<DatasetHostOffer?> AnnounceAsync(NodeAnnouncement announcement)
    {
        Announcements.Add(announcement);
        return ValueTask.FromResult(Offer);
    }

    public ValueTask LeaveAsync(NodeId peer)
    {
        Leaves++;
        return Unreachable is { } error ? ValueTask.FromException(error) : ValueTask.CompletedTask;
    }

    public ValueTask SetJobAsync(PoolJob? job) => throw new NotSupportedException();

    public ValueTask<DatasetHostOffer?> GetDatasetHostAsync() => throw new NotSupportedException();

    public ValueTask QuarantineAsync(NodeId node) => throw new NotSupportedException();

    public ValueTask ReleaseAsync(NodeId node) => throw new NotSupportedException();

    public ValueTask<JobStatus> GetStatusAsync() => throw new NotSupportedException();

    public ValueTask<ClusterCounts> GetCountsAsync() => throw new NotSupportedException();
}
