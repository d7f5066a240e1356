using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Alerts;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.Alerts.Messages;

namespace P2PMiner.Silo.Tests.Alerts;

public sealed class SinkQueueTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(Time);
    private readonly RecordingLogger _log = new();
    private readonly FakeSink _sink = new();
    private readonly List<string> _taken = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly SinkQueue _queue;
    private Task _running = Task.CompletedTask;

    public SinkQueueTests() => _queue = new(_sink, Take, _clock, _log);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _ending.Dispose();
    }

    [Fact]
    public async Task Run_SinkTakes_AllAreTakenInOrderAndNothingIsLogged()
    {
        Add(5);
        Run();
        await TakenAsync(5);

        Assert.Equal(["0", "1", "2", "3", "4"], _taken);
        Assert.Empty(_log.Lines);
        Assert.Equal((0, null), (_queue.GetStatus().Waiting, _queue.GetStatus().Failure));
    }

    [Fact]
    public async Task Run_SinkFailsForHours_IsAskedEverMoreRarelyAndTheLogSaysItOnce()
    {
        _sink.Answer = SinkAnswer.Later("it is away");
        Add(2);
        Run();
        while (_clock.GetUtcNow() < Time.AddHours(2))
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(1);
        }

        Assert.InRange(_sink.Asked, 10, 22);
        Assert.Equal((2, "it is away"), (_queue.GetStatus().Waiting, _queue.GetStatus().Failure));
        Assert.Single(_log.Lines);
        _sink.Answer = SinkAnswer.Taken;
        await _clock.AdvanceUntilAsync(UntilAsync(() => _taken.Count == 2), "both are taken", TimeSpan.FromMinutes(1));

        Assert.Equal(
            ["alerts: fake at here does not take a message, it is tried again: it is away", "alerts: fake at here takes messages again"], _log.Lines);
        Assert.Null(_queue.GetStatus().Failure);
    }

    [Fact]
    public async Task Run_SinkRefuses_TheMessageIsDroppedAndTheNextOneSent()
    {
        _sink.Answer = SinkAnswer.Refused("it answers 401 Unauthorized");
        Add(3);
        Run();
        await Eventually.HoldsAsync(() => _sink.Asked == 3, "all were tried");

        Assert.Empty(_taken);
        Assert.Equal(["alerts: fake at here does not take a message, the message is lost: it answers 401 Unauthorized"], _log.Lines);
    }

    [Fact]
    public async Task Add_MoreThanMayWait_TheOldestGo()
    {
        Add(SinkQueue.MostWaiting + 50);
        Run();
        await TakenAsync(SinkQueue.MostWaiting);

        Assert.Equal(Enumerable.Range(50, SinkQueue.MostWaiting).Select(number => $"{number}"), _taken);
    }

    [Fact]
    public async Task Run_MessageOfYesterday_IsNotSentAnyMore()
    {
        Add(1);
        _clock.Advance(TimeSpan.FromDays(1));
        _queue.Add(AlertMessage.Of([new("x", null, AlertChangeKind.News, "new", _clock.GetUtcNow())]));
        Run();
        await TakenAsync(1);

        Assert.Equal(["new"], _taken);
    }

    [Fact]
    public async Task Run_SinkAsksForALongPause_IsGivenIt()
    {
        _sink.Answer = SinkAnswer.Later("it answers 429 TooManyRequests", TimeSpan.FromMinutes(30));
        Add(1);
        Run();
        await Eventually.HoldsAsync(() => _sink.Asked == 1, "the first try");
        await Task.Delay(50);
        _clock.Advance(TimeSpan.FromMinutes(29));
        await Task.Delay(50);

        Assert.Equal(1, _sink.Asked);
    }

    [Fact]
    public async Task Run_SinkThrows_TheNextMessageIsSent()
    {
        _sink.Fault = new InvalidOperationException("a bug");
        Add(1);
        Run();
        await _log.WaitAsync("failed in a way that it should not");
        _sink.Fault = null;
        Add(1);
        await TakenAsync(1);
    }

    private Task Take(AlertMessage message)
    {
        _taken.Add(message.Text);
        return Task.CompletedTask;
    }

    private void Run() => _running = Task.Run(() => _queue.RunAsync(_ending.Token));

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _queue.Add(AlertMessage.Of([Lost(1, $"{i}")]));
        }
    }

    private Task TakenAsync(int count) => Eventually.HoldsAsync(() => _taken.Count == count, $"{count} are taken");

    private static async Task<bool> UntilAsync(Func<bool> condition)
    {
        await Eventually.HoldsAsync(condition, "it");
        return true;
    }

    private sealed class FakeSink : IAlertSink
    {
        private int _asked;

        public string Name => "fake";

        public string Where => "here";

        public SinkAnswer Answer { get; set; } = SinkAnswer.Taken;

        public Exception? Fault { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public Task<SinkAnswer> SendAsync(AlertMessage message, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            return Fault is null ? Task.FromResult(Answer) : Task.FromException<SinkAnswer>(Fault);
        }
    }
}
