using System.Threading.Channels;
using P2PMiner.Alerts;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// Messages on their way to one sink, in order. A sink that fails is tried again, ever more rarely, and keeps nobody waiting; the oldest messages go when too
/// many wait, and a message that is a day old is no news any more. Any thread.
/// </summary>
internal sealed class SinkQueue
{
    public const int MostWaiting = 100;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    private readonly IAlertSink _sink;
    private readonly Func<AlertMessage, Task> _taken;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Channel<AlertMessage> _messages;
    private volatile string? _failure;
    private int _waiting;

    /// <param name="taken">Called for each message that the sink has taken; the next one waits for it.</param>
    public SinkQueue(IAlertSink sink, Func<AlertMessage, Task> taken, TimeProvider clock, ILogger log)
    {
        (_sink, _taken, _clock, _log) = (sink, taken, clock, log);
        _messages = Channel.CreateBounded<AlertMessage>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Decrement(ref _waiting));
    }

    public void Add(AlertMessage message)
    {
        Interlocked.Increment(ref _waiting);
        _messages.Writer.TryWrite(message);
    }

    public AlertSinkStatus GetStatus() => new() { Sink = _sink.Name, Where = _sink.Where, Waiting = Volatile.Read(ref _waiting), Failure = _failure };

    /// <summary>Sends until it is cancelled; then it returns.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(cancellation))
            {
                try
                {
                    await SendAsync(message, cancellation);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    _log.SendFailed(_sink.Name, error);
                }

                Interlocked.Decrement(ref _waiting);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Another is master, or the end.
        }
    }

    private async Task SendAsync(AlertMessage message, CancellationToken cancellation)
    {
        for (var pause = FirstPause; _clock.GetUtcNow() - message.Time < News; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var answer = await _sink.SendAsync(message, cancellation);
            if (answer.Reason is not { } reason)
            {
                if (_failure is not null)
                {
                    _log.SinkTakesAgain(_sink.Name, _sink.Where);
                    _failure = null;
                }

                await _taken(message);
                return;
            }

            if (_failure is null)
            {
                _log.SinkFails(_sink.Name, _sink.Where, reason, answer.MayRetry ? "it is tried again" : "the message is lost");
            }

            _failure = reason;
            if (!answer.MayRetry)
            {
                return;
            }

            await Task.Delay(answer.NotBefore is { } longer && longer > pause ? longer : pause, _clock, cancellation);
        }
    }
}
