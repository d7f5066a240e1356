using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

/// <summary>A session over fake connections and fake time.</summary>
internal sealed class PoolSessionHarness : IAsyncDisposable
{
    private readonly FakeConnector _connector = new();
    private readonly Channel<PoolJob?> _jobs = Channel.CreateUnbounded<PoolJob?>();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public FakeTimeProvider Clock { get; } = new();

    public RecordingLogger Log { get; } = new();

    public PoolOptions Options { get; } = new();

    public IReadOnlyList<PoolEndpoint> Endpoints { get; private set; } = [];

    public PoolSession Session { get; private set; } = null!;

    public bool ThrowOnNextJob { get; set; }

    public int UnreadJobs => _jobs.Reader.Count;

    public void Start(params string[] hosts)
    {
        Endpoints =
        [
            .. hosts.Select(host
                => new PoolEndpoint(new(PoolScheme.StratumTcp, host, 3333), new() { User = "user", Pass = "secret-word" }, [Algorithm.RandomX])),
        ];
        Session = new(Options, Endpoints, [_connector], TakeAsync, Clock, new Random(1), Log);
        _running = Session.RunAsync(_stop.Token);
    }

    public Task<FakeAttempt> AttemptAsync() => Clock.AdvanceUntilAsync(_connector.AttemptAsync(), "attempt to connect");

    public Task<PoolJob?> JobAsync() => Clock.AdvanceUntilAsync(_jobs.Reader.ReadAsync().AsTask(), "job passed on");

    /// <summary>As <see cref="JobAsync"/>, without letting time pass.</summary>
    public Task<PoolJob?> NextJobAsync() => _jobs.Reader.ReadAsync().AsTask();

    /// <summary>Starts with one pool and its first job, which is read.</summary>
    public async Task<FakeConnection> ConnectedAsync()
    {
        Start("one");
        var connection = (await AttemptAsync()).Succeed(PoolJobs.Make());
        await JobAsync();
        return connection;
    }

    /// <summary>Starts with two pools, of which the first has failed.</summary>
    public async Task<(FakeConnection Connection, PoolJob Job)> OnSecondPoolAsync()
    {
        Options.Retries = 1;
        Start("one", "two");
        (await AttemptAsync()).Fail();
        var connection = (await AttemptAsync()).Succeed(PoolJobs.Make("from second"));
        return (connection, (await JobAsync())!);
    }

    public Task WhenAsync(Func<PoolStatus, bool> condition) => Eventually.HoldsAsync(() => condition(Session.GetStatus()), "status");

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Eventually.ComesAsync(_running, "end of the session");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Assert.All(Log.Lines, line => Assert.DoesNotContain("secret-word", line));
        _stop.Dispose();
    }

    private ValueTask TakeAsync(PoolJob? job)
    {
        if (ThrowOnNextJob)
        {
            ThrowOnNextJob = false;
            throw new InvalidOperationException("the consumer fails");
        }

        _jobs.Writer.TryWrite(job);
        return ValueTask.CompletedTask;
    }
}
