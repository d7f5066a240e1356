using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2PMiner.Grains.Pool.Transport;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>A connection to a Monero Stratum pool. One task reads; answers find their request by its id.</summary>
internal sealed partial class StratumConnection : IPoolConnection
{
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(60);

    /// <summary>A request is out and not one byte came: the other end is gone.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);

    /// <summary>Jobs still come, but the answer does not.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(120);

    private readonly Stream _stream;
    private readonly PoolEndpoint _endpoint;
    private readonly Func<ulong> _nextSerial;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly MoneroJobReader _jobReader;

    // Only the newest jobs matter, and a pool that floods us must not fill the memory.
    private readonly Channel<PoolJob> _jobs = Channel.CreateBounded<PoolJob>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    private readonly ConcurrentDictionary<long, Request> _requests = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _watch;
    private readonly Task _reading;

    private string _sessionId = "";
    private bool _algoNegotiated;
    private bool _keepAlive;
    private long _lastId = StratumRequests.LoginId;
    private long _lastSent;
    private long _lastReceived;
    private Exception? _end;

    public StratumConnection(PoolLink link, PoolEndpoint endpoint, IReadOnlyList<Algorithm> offered, Func<ulong> nextSerial, TimeProvider clock, ILogger log)
    {
        (_stream, Peer, _endpoint, _nextSerial, _clock, _log) = (link.Stream, link.Peer, endpoint, nextSerial, clock, log);
        Offered = offered;
        _jobReader = new(endpoint.Url.Authority, offered) { NiceHash = endpoint.Entry.NiceHash };
        _keepAlive = endpoint.Entry.KeepAlive;
        _lastSent = _lastReceived = clock.GetTimestamp();
        _watch = clock.CreateTimer(static state => ((StratumConnection)state!).Watch(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _reading = Task.Run(ReadAsync);
    }

    public ChannelReader<PoolJob> Jobs => _jobs.Reader;

    public PoolPeer Peer { get; }

    private IReadOnlyList<Algorithm> Offered { get; }

    /// <exception cref="PoolLoginException">The pool refuses us.</exception>
    public async Task LoginAsync(CancellationToken cancellation)
    {
        StratumMessage answer;
        try
        {
            var line = StratumRequests.Login(_endpoint.Entry, Offered);
            answer = await RequestAsync(StratumRequests.LoginId, line, cancellation).WaitAsync(LoginLimit, _clock, cancellation);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no answer to the login within {LoginLimit.TotalSeconds:0} s");
        }

        if (answer.Error is { } refusal)
        {
            throw new PoolLoginException(PoolText.Clean(refusal, _endpoint.Entry));
        }
    }

    public async Task<SubmitResult> SubmitAsync(PoolJob job, VerifiedShare share, CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref _lastId);
        var line = StratumRequests.Submit(id, _sessionId, job.JobId, share.Nonce, share.Hash, _algoNegotiated ? job.Algorithm : null);
        var answer = await RequestAsync(id, line, cancellation);
        var refusal = answer switch
        {
            { Error: { } error } => error,
            { HasResult: false } => "no result",
            { Status: { } status } when !status.Equals("OK", StringComparison.OrdinalIgnoreCase) && status != "true" => status,
            _ => null,
        };
        return refusal is null
            ? new(ShareOutcome.Accepted, null)
            : new(StratumRefusal.Outcome(refusal), PoolText.Clean(refusal, _endpoint.Entry));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(new IOException("the connection was closed"));
        await _reading;
    }

    private async Task<StratumMessage> RequestAsync(long id, ReadOnlyMemory<byte> line, CancellationToken cancellation)
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

    /// <summary>Once a second: is the other end still there, and does it know that we are?</summary>
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

        // Our own silence counts: a pool drops miners it hears nothing from, however much it tells them.
        if (_keepAlive && _sessionId.Length > 0 && _clock.GetElapsedTime(Volatile.Read(ref _lastSent)) >= KeepAliveAfter)
        {
            _ = KeepAliveAsync();
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            await WriteAsync(StratumRequests.KeepAlive(Interlocked.Increment(ref _lastId), _sessionId));
        }
        catch (Exception) when (_end is not null)
        {
            // The write ended the connection, and whoever reads the jobs learns the reason there.
        }
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

        await _watch.DisposeAsync();
        await _closing.CancelAsync();
    }

    private sealed class Request(long sentAt)
    {
        public long SentAt { get; } = sentAt;

        public TaskCompletionSource<StratumMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
