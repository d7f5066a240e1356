using Microsoft.Extensions.Hosting;
using P2PMiner.Silo.Hosting;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Hosting;

public sealed class NodeFaultsTests
{
    [Fact]
    public void Report_Again_EndsTheProgramOnceAndKeepsTheFirst()
    {
        var (application, log) = (new Application(), new RecordingLogger<NodeFaults>());
        var faults = new NodeFaults(application, log);
        Assert.Null(faults.First);

        faults.Report("one hash is 00 from the dataset in memory, and 01 from scratch");
        faults.Report("another");

        Assert.Equal("one hash is 00 from the dataset in memory, and 01 from scratch", faults.First);
        Assert.Equal(1, application.Stops);
        Assert.Contains("this node computes wrong hashes and exits: one hash is 00", Assert.Single(log.Lines));
    }

    private sealed class Application : IHostApplicationLifetime
    {
        public int Stops { get; private set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Stops++;
    }
}
