using System.Threading.Channels;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// A connection to a pool that speaks Stratum v1. Its jobs are worth nothing on another connection, which has another extranonce1.
/// </summary>
internal sealed class V1Connection : IPoolConnection
{
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(10);

    /// <summary>Each costs a line in the log.</summary>
    private const int MaxPoolMessages = 20;

    private readonly StratumWire _wire;
    private readonly PoolEndpoint _endpoint;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly V1JobReader _reader;
    private readonly UnusableMessages _unusable;
    private readonly JobIntake _intake;
    private readonly PoolRequests _requests;
    private readonly StratumRedirect _redirect;

    /// <summary>Came before the extra nonce did.</summary>
    private StratumNotify? _early;
    private int _messages;

    public V1Connection(PoolLink link, PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, TimeProvider clock, ILogger log)
    {
        (_endpoint, _clock, _log) = (endpoint, clock, log);
        _reader = new(endpoint.Url.Authority);
        _redirect = new(endpoint.Url, log);
        _unusable = new(endpoint, statistics, clock, log);
        _wire = new(link, V1Requests.ExtraNonceSubscribeId + 1, _unusable, clock);
        _intake = new(_wire, endpoint, nextSerial, statistics, clock, log);
        _requests = new(_wire, endpoint, statistics, clock, log);
        _wire.Start(Handle, _intake.EverySecond);
    }

    public ChannelReader<PoolJob> Jobs => _wire.Jobs;

    public PoolPeer Peer => _wire.Peer;

    /// <exception cref="PoolLoginException">The pool refuses us.</exception>
    public async Task LoginAsync(CancellationToken cancellation)
    {
        await AskAsync(V1Requests.SubscribeId, V1Requests.Subscribe(), "mining.subscribe", cancellation);
        await AskAsync(V1Requests.AuthorizeId, V1Requests.Authorize(_endpoint.Entry), "mining.authorize", cancellation);

        // Only now, and without awaiting its answer: a pool that does not like it must not spoil the login with it.
        await _wire.SendAsync(V1Requests.SubscribeExtraNonce());
    }

    public async Task<SubmitResult> SubmitAsync(PoolJob job, VerifiedShare share, CancellationToken cancellation)
    {
        if (job.Template is not StratumV1Template template)
        {
            throw new ArgumentException($"job {job.Serial} did not come over a connection of this dialect", nameof(job));
        }

        var id = _wire.NextId();
        var answer = await _wire.RequestAsync(id, V1Requests.Submit(id, _endpoint.Entry, job.JobId, template, share.ExtraNonce, share.Nonce), cancellation);
        var refusal = answer.Refusal ?? (answer.HasResult ? null : "no result");
        return refusal is null
            ? new(ShareOutcome.Accepted, null)
            : new(StratumRefusal.Outcome(refusal, answer.ErrorCode), PoolText.Clean(refusal, _endpoint.Entry));
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private async Task AskAsync(long id, ReadOnlyMemory<byte> line, string what, CancellationToken cancellation)
    {
        StratumMessage answer;
        try
        {
            answer = await _wire.RequestAsync(id, line, cancellation).WaitAsync(LoginLimit, _clock, cancellation);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no answer to {what} within {LoginLimit.TotalSeconds:0} s");
        }

        if (answer.Refusal is { } refusal)
        {
            throw new PoolLoginException(PoolText.Clean($"{what}: {refusal}", _endpoint.Entry));
        }
    }

    private void Handle(StratumMessage message)
    {
        switch (message.Method)
        {
            case null:
                HandleAnswer(message);
                break;
            case "mining.notify":
                TakeJob(message.Notify!);
                break;
            case "mining.set_difficulty":
                IgnoreIfWrong(_reader.SetDifficulty(message.Params.ElementAtOrDefault(0)));
                break;
            case "mining.set_extranonce":
                IgnoreIfWrong(_reader.SetExtraNonce(message.Params.ElementAtOrDefault(0), message.Params.ElementAtOrDefault(1)));
                break;
            case "client.reconnect":
                _redirect.Follow(message);
                break;
            case "client.show_message":
                Show(message.Params.ElementAtOrDefault(0));
                break;
            default:
                _requests.Answer(message);
                break;
        }
    }

    private void HandleAnswer(StratumMessage answer)
    {
        if (answer is { Id: null, Error: not null } && LoginRequest() is { } request)
        {
            // Some pools refuse a login without saying which request they answer.
            answer = answer with { Id = request };
        }

        if (answer.Id == V1Requests.SubscribeId && answer.Error is null && _wire.Awaits(V1Requests.SubscribeId))
        {
            // Here and not in the caller that awaits the answer: a job may follow in the same packet.
            if (_reader.SetExtraNonce(answer.Results.ElementAtOrDefault(1), answer.Results.ElementAtOrDefault(2)) is { } error)
            {
                throw new PoolProtocolException($"the answer to mining.subscribe has {error}");
            }

            if (_early is { } early)
            {
                _early = null;
                TakeJob(early);
            }
        }
        else if (answer.Id is null or > V1Requests.ExtraNonceSubscribeId && answer.Error is { } text && StratumRefusal.EndsConnection(text, answer.ErrorCode))
        {
            throw new PoolLoginException(PoolText.Clean(text, _endpoint.Entry));
        }

        _wire.Answer(answer);
    }

    private long? LoginRequest() =>
        _wire.Awaits(V1Requests.SubscribeId) ? V1Requests.SubscribeId
        : _wire.Awaits(V1Requests.AuthorizeId) ? V1Requests.AuthorizeId
        : null;

    private void TakeJob(StratumNotify notify)
    {
        if (!_reader.HasExtraNonce)
        {
            _early = notify;
        }
        else if (!_reader.TryRead(notify, out var job, out var error))
        {
            _unusable.Job(error);
        }
        else
        {
            _unusable.JobIsGood();

            // A job that comes again unchanged makes nothing stale, whatever it says.
            _intake.Take(_intake.IsRepeated(job) ? job : _reader.Place(job, notify.Clean));
        }
    }

    private void IgnoreIfWrong(string? error)
    {
        if (error is not null)
        {
            _unusable.PartOfJob(error);
        }
    }

    private void Show(string? text)
    {
        if (text is { Length: > 0 } && _messages < MaxPoolMessages)
        {
            _messages++;
            _log.PoolSays(_endpoint.Url.Authority, PoolText.Clean(text, _endpoint.Entry));
        }
    }
}
