using System.Threading.Channels;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Stratum;

/// <summary>A connection to a Monero Stratum pool.</summary>
internal sealed class StratumConnection : IPoolConnection
{
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(60);

    private const int MaxSessionIdChars = 256;

    private readonly StratumWire _wire;
    private readonly PoolEndpoint _endpoint;
    private readonly IReadOnlyList<Algorithm> _offered;
    private readonly TimeProvider _clock;
    private readonly UnusableMessages _unusable;
    private readonly JobIntake _intake;
    private readonly PoolRequests _requests;
    private readonly MoneroJobReader _jobReader;
    private readonly StratumRedirect _redirect;

    private string _sessionId = "";
    private bool _loggedIn;
    private bool _algoNegotiated;
    private bool _keepAlive;

    public StratumConnection(
        PoolLink link, PoolEndpoint endpoint, IReadOnlyList<Algorithm> offered, Func<ulong> nextSerial, PoolStatistics statistics,
        TimeProvider clock, ILogger log)
    {
        (_endpoint, _offered, _clock) = (endpoint, offered, clock);
        _jobReader = new(endpoint.Url.Authority, offered) { NiceHash = endpoint.Entry.NiceHash };
        _redirect = new(endpoint.Url, log);
        _keepAlive = endpoint.Entry.KeepAlive;
        _unusable = new(endpoint, statistics, clock, log);
        _wire = new(link, StratumRequests.LoginId + 1, _unusable, clock);
        _intake = new(_wire, endpoint, nextSerial, statistics, clock, log);
        _requests = new(_wire, endpoint, statistics, clock, log);
        _wire.Start(Handle, EverySecond);
    }

    public ChannelReader<PoolJob> Jobs => _wire.Jobs;

    public PoolPeer Peer => _wire.Peer;

    /// <exception cref="PoolLoginException">The pool refuses us.</exception>
    public async Task LoginAsync(CancellationToken cancellation)
    {
        StratumMessage answer;
        try
        {
            var line = StratumRequests.Login(_endpoint.Entry, _offered);
            answer = await _wire.RequestAsync(StratumRequests.LoginId, line, cancellation).WaitAsync(LoginLimit, _clock, cancellation);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no answer to the login within {LoginLimit.TotalSeconds:0} s");
        }

        if (answer.Refusal is { } refusal)
        {
            throw new PoolLoginException(PoolText.Clean(refusal, _endpoint.Entry));
        }
    }

    public async Task<SubmitResult> SubmitAsync(PoolJob job, VerifiedShare share, CancellationToken cancellation)
    {
        var id = _wire.NextId();
        var judged = Commitment.Judged(job.Algorithm, NonceInput.Of(job.Blob.AsSpan(), job.NonceOffset, share.Nonce), share.Hash);
        Hash256? committed = job.Algorithm == Algorithm.RandomXV2 ? share.Hash : null;
        var line = StratumRequests.Submit(id, _sessionId, job.JobId, share.Nonce, judged, committed, _algoNegotiated ? job.Algorithm : null);
        var answer = await _wire.RequestAsync(id, line, cancellation);
        var refusal = answer switch
        {
            { Refusal: { } said } => said,
            { HasResult: false } => "no result",
            { Status: { } status } when !status.Equals("OK", StringComparison.OrdinalIgnoreCase) && status != "true"
                => StratumRefusal.Because(status, answer.Reason),
            _ => null,
        };
        return refusal is null
            ? new(ShareOutcome.Accepted, null)
            : new(StratumRefusal.Outcome(refusal), PoolText.Clean(refusal, _endpoint.Entry));
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private void Handle(StratumMessage message)
    {
        switch (message.Method)
        {
            case null:
                HandleAnswer(message);
                break;
            case "job":
                TakeJob(message.Job!);
                break;
            case "client.reconnect":
                _redirect.Follow(message);
                break;
            default:
                _requests.Answer(message);
                break;
        }
    }

    private void HandleAnswer(StratumMessage answer)
    {
        var loggingIn = _wire.Awaits(StratumRequests.LoginId);
        if (answer is { Id: null, Error: not null } && loggingIn)
        {
            // Some pools refuse a login without saying which request they answer.
            answer = answer with { Id = StratumRequests.LoginId };
        }

        if (answer.Id == StratumRequests.LoginId && answer.Error is null && loggingIn)
        {
            // Empty or missing at pools that know us by the connection. It is sent back as it came.
            _sessionId = answer is { HasResult: true } && (answer.SessionId ?? "") is { Length: <= MaxSessionIdChars } id
                ? id : throw new PoolProtocolException("the answer to the login has no result, or too long an id");
            _loggedIn = true;
            _algoNegotiated = answer.Extensions.Contains("algo");
            _keepAlive |= answer.Extensions.Contains("keepalive");
            _jobReader.NiceHash |= answer.Extensions.Contains("nicehash");
            if (answer.Job is { } job)
            {
                TakeJob(job);
            }
        }
        else if (answer.Id != StratumRequests.LoginId && answer.Error is { } text && StratumRefusal.EndsConnection(text))
        {
            throw new PoolLoginException(PoolText.Clean(text, _endpoint.Entry));
        }

        // The answers that nobody waits for are those to keepalived.
        _wire.Answer(answer);
    }

    private void TakeJob(StratumJob wire)
    {
        if (_jobReader.TryRead(wire, out var job, out var error))
        {
            _unusable.JobIsGood();
            _intake.Take(job);
        }
        else
        {
            _unusable.Job(error);
        }
    }

    private void EverySecond()
    {
        _intake.EverySecond();

        // Our own silence counts: a pool drops miners that send nothing, however much it sends them.
        if (_keepAlive && _loggedIn && _wire.OwnSilence >= KeepAliveAfter)
        {
            _ = _wire.SendAsync(StratumRequests.KeepAlive(_wire.NextId(), _sessionId));
        }
    }
}
