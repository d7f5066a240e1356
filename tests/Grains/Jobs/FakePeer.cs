using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Jobs;

/// <summary>A peer that takes what it is told, or fails at it, when the test says so. Only what the job grain calls is there.</summary>
internal sealed class FakePeer : IPeerGrain
{
    private readonly List<(string Session, WorkUnit? Unit, ulong Generation)> _assigned = [];
    private readonly List<bool> _told = [];

    /// <summary>How each call ends. Default: at once.</summary>
    public Func<Task> Answer { get; set; } = () => Task.CompletedTask;

    public IReadOnlyList<(string Session, WorkUnit? Unit, ulong Generation)> Assigned => _assigned;

    /// <summary>Whether it is in quarantine, as it was told.</summary>
    public IReadOnlyList<bool> Told => _told;

    public async ValueTask AssignAsync(string session, WorkUnit? unit, ulong generation)
    {
        _assigned.Add((session, unit, generation));
        await Answer();
    }

    public async ValueTask SetQuarantinedAsync(bool quarantined)
    {
        _told.Add(quarantined);
        await Answer();
    }

    public Task StartAsync(string session) => throw new NotSupportedException();

    public ValueTask PauseAsync() => throw new NotSupportedException();

    public ValueTask ResumeAsync() => throw new NotSupportedException();

    public ValueTask DrainAsync() => throw new NotSupportedException();

    public ValueTask SetThreadsAsync(int threads) => throw new NotSupportedException();

    public Task<BenchResult> BenchAsync(TimeSpan duration) => throw new NotSupportedException();

    public ValueTask<PeerStatus> GetStatusAsync() => throw new NotSupportedException();
}
