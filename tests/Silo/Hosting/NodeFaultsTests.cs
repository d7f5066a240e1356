using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2PMiner.Silo.Hosting;

namespace P2PMiner.Silo.Tests.Hosting;

public sealed class NodeFaultsTests
{
    [Fact]
    public void Report_Again_EndsTheProgramOnceAndKeepsTheFirst()
    {
        var (application, log) = (new Application(), new Recorder());
        var faults = new NodeFaults(application, log);
        Assert.Null(faults.First);

        faults.Report("one hash is 00 from the dataset in memory, and 01 from scratch");
        faults.Report("another");

        Assert.Equal("one hash is 00 from the dataset in memory, and 01 from scratch", faults.First);
        Assert.Equal(1, application.Stops);
        Assert.Contains("this node hashes wrongly and ends: one hash is 00", Assert.Single(log.Lines));
    }

    private sealed class Application : IHostApplicationLifetime
    {
        public int Stops { get; private set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Stops++;
    }

    private sealed class Recorder : ILogger<NodeFaults>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Add(formatter(state, exception));
    }
}
