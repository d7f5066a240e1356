using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Threading.Channels;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// Lines to and from a pool, whatever the dialect: one task reads, requests find their answers by id, and every caller that waits for an
/// answer or a job hears of the end. Disposed by the connection that owns it.
/// </summary>
internal sealed class StratumWire : IAsyncDisposable
{
    /// <summary>
    /// A request was sent and not one byte came back: the other end is gone. Some pools answer after 35 s and send nothing else meanwhile.
    /// </summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(60);

    /// <summary>Jobs still arrive, but the answer does not.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(120);

    private readonly Stream _stream;
    private readonly TimeProvider _clock;

    // Only the newest jobs matter, and a pool that floods us must not fill the memory.
    private readonly Channel<PoolJob> _jobs = Channel.CreateBounded<PoolJob>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    private readonly ConcurrentDictionary<long, Request> _requests = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly UnusableMessages _unusable;
    private Action<StratumMessage> _handle = static _ => { };
    private Action _everySecond = static () => { };
    private ITimer? _watch;
    private Task _reading = Task.CompletedTask;
    private long _lastId;
    private long _lastSent;
    private long _lastReceived;
    private Exception? _end;

    /// <param name="firstId">Id of the first request; later ones count up from it.</param>
    public StratumWire(PoolLink link, long firstId, UnusableMessages unusable, TimeProvider clock)
    {
        (_stream, Peer, _clock, _unusable, _lastId) = (link.Stream, link.Peer, clock, unusable, firstId - 1);
        _lastSent = _lastReceived = clock.GetTimestamp();
    }

    public ChannelReader<PoolJob> Jobs => _jobs.Reader;

    public PoolPeer Peer { get; }

    /// <summary>How long nothing was sent.</summary>
    public TimeSpan OwnSilence => _clock.GetElapsedTime(Volatile.Read(ref _lastSent));

    /// <summary>Begins to read.</summary>
    /// <param name="handle">Called with one message at a time; what it throws ends the connection with that reason.</param>
    public void Start(Action<StratumMessage> handle, Action everySecond)
    {
        (_handle, _everySecond) = (handle, everySecond);
        _watch = _clock.CreateTimer(static state => ((StratumWire)state!).Watch(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _reading = Task.Run(ReadAsync);
    }

    public long NextId() => Interlocked.Increment(ref _lastId);

    public bool Awaits(long id) => _requests.ContainsKey(id);

    /// <summary>Gives an answer to the caller that waits for it, if there is one.</summary>
    public void Answer(StratumMessage answer)
    {
        if (answer.Id is { } number && _requests.TryRemove(number, out var request))
        {
            request.Answer.TrySetResult(answer);
        }
    }

    /// <summary>Passes a job on, from within the handler of messages.</summary>
    public void Publish(PoolJob job) => _jobs.Writer.TryWrite(job);

    /// <summary>Sends a request and awaits its answer. Throws the reason if the connection ends first.</summary>
    public async Task<StratumMessage> RequestAsync(long id, ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        var request = new Request(_clock.GetTimestamp());
        _requests[id] = request;
        if (_end is { } ended)
        {
            _requests.TryRemove(id, out _);
            throw ended;
        }

        // Not the caller's token: half a line on the wire would spoil all that follows.
        await WriteAsync(line);
        return await request.Answer.Task.WaitAsync(cancellation);
    }

    /// <summary>
    /// Sends a line whose answer nobody waits for. If that fails, the connection ends with that reason, which the jobs tell.
    /// </summary>
    public async Task SendAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            await WriteAsync(line);
        }
        catch (Exception) when (_end is not null)
        {
            // The write ended the connection, and the reader of the jobs learns the reason there.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(new IOException("the connection was closed"));
        await _reading;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            await _writing.WaitAsync(_closing.Token);
            try
            {
                Volatile.Write(ref _lastSent, _clock.GetTimestamp());
                await _stream.WriteAsync(line, _closing.Token);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception failure)
        {
            await EndAsync(failure);
            throw _end!;
        }
    }

    private async Task ReadAsync()
    {
        Exception reason;
        var input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 8192, leaveOpen: true));
        try
        {
            var lines = new StratumLineReader();
            while (true)
            {
                var read = await input.ReadAsync(_closing.Token);
                Volatile.Write(ref _lastReceived, _clock.GetTimestamp());
                var buffer = read.Buffer;
                while (lines.TryRead(ref buffer, out var line))
                {
                    Take(line);
                }

                if (read.IsCompleted)
                {
                    // Some pools say why they hang up and leave out the line end. Half a line counts for nothing.
                    foreach (var message in StratumParser.Read(buffer, out _))
                    {
                        _handle(message);
                    }

                    reason = new IOException("the pool closed the connection");
                    break;
                }

                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (Exception failure)
        {
            reason = failure;
        }

        // Closed here, not on disposal: a pool that floods us must hear the end at once.
        await EndAsync(reason);
        await input.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private void Take(in ReadOnlySequence<byte> line)
    {
        var messages = StratumParser.Read(line, out var unusable);
        foreach (var message in messages)
        {
            _unusable.LineIsGood();
            _handle(message);
        }

        if (unusable is not null)
        {
            _unusable.Line(unusable);
        }
    }

    /// <summary>Once a second: checks that the other end is still there, and shows it that we are.</summary>
    private void Watch()
    {
        if (!_requests.IsEmpty)
        {
            var oldest = _requests.Values.Select(request => _clock.GetElapsedTime(request.SentAt)).DefaultIfEmpty().Max();
            var silence = _clock.GetElapsedTime(Volatile.Read(ref _lastReceived));
            if (oldest >= AnswerLimit || (oldest >= SilenceLimit && silence >= SilenceLimit))
            {
                _ = EndAsync(new TimeoutException($"no answer within {oldest.TotalSeconds:0} s"));
            }
        }

        _everySecond();
    }

    private async Task EndAsync(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _end, reason, null) is not null)
        {
            return;
        }

        _jobs.Writer.TryComplete(reason);
        foreach (var (id, _) in _requests)
        {
            if (_requests.TryRemove(id, out var request))
            {
                request.Answer.TrySetException(reason);
                _ = request.Answer.Task.Exception;   // seen: the caller may have left
            }
        }

        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        await _closing.CancelAsync();
    }

    private sealed class Request(long sentAt)
    {
        public long SentAt { get; } = sentAt;

        public TaskCompletionSource<StratumMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
