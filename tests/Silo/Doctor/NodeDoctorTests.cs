using Microsoft.Extensions.Time.Testing;
using P2PMiner.Doctor;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Doctor;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Doctor;

public sealed class NodeDoctorTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly TaskCompletionSource<IReadOnlyList<Finding>> _ends = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _examinations;

    [Fact]
    public async Task Examine_ManyAskAtOnceAndSoonAfter_IsOneExamination()
    {
        var doctor = Doctor();

        var asked = Enumerable.Range(0, 20).Select(_ => doctor.ExamineAsync()).ToList();
        Assert.All(asked, task => Assert.False(task.IsCompleted));
        _ends.SetResult([Found.Ok("one", "Fine.")]);
        var reports = await Eventually.ComesAsync(Task.WhenAll(asked), "all answers");
        await doctor.ExamineAsync();

        Assert.Equal(1, _examinations);
        Assert.All(reports, report => Assert.Equal("one", Assert.Single(report.Findings).Check));
        Assert.Equal((Checks.Node, _clock.GetUtcNow().ToUnixTimeMilliseconds()), (reports[0].Node, reports[0].UnixMs));
        Assert.Null(reports[0].FindFault());

        _clock.Advance(NodeDoctor.Fresh);
        await doctor.ExamineAsync();
        Assert.Equal(2, _examinations);
    }

    private NodeDoctor Doctor() => new(new(Checks.Node), new Mastership(new RecordingLogger<Mastership>()), _clock, () =>
    {
        Interlocked.Increment(ref _examinations);
        return _ends.Task;
    });
}
