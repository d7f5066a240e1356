using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Pool.Daemon;

/// <summary>
/// Block templates of one daemon as jobs. Asks for the chain's height each second, for a template when that changed, when ZMQ tells of a block,
/// after a block of ours, and when the last template is 15 s old, so that new transactions get in. Ends when the daemon was silent for 10 s.
/// </summary>
/// <param name="algorithm">A version of RandomX: what the jobs are for.</param>
internal sealed class DaemonConnection(
    DaemonClient daemon, DaemonHttp transport, string authority, Algorithm algorithm, Func<ulong> nextSerial, PoolStatistics statistics, TimeProvider clock,
    ILogger log) : IPoolConnection
{
    private const int ReserveSize = 4;
    private const string TemplateMethod = "get_block_template";

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TemplateAge = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly Channel<PoolJob> _jobs = Channel.CreateBounded<PoolJob>(
        new BoundedChannelOptions(4) { SingleWriter = true, FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ended = new();
    private DaemonTemplate? _current;
    private long _templateTime;
    private long _lastAnswer = clock.GetTimestamp();
    private uint _jobCount;
    private bool _busy;
    private volatile bool _templateWanted;
    private IAsyncDisposable? _notices;
    private ITimer? _timer;
    private Task _polling = Task.CompletedTask;

    public ChannelReader<PoolJob> Jobs => _jobs.Reader;

    public PoolPeer Peer => transport.Peer;

    /// <summary>Gets the first template and begins to poll. Called once.</summary>
    /// <param name="listen">Begins to listen for notices of blocks, each of which is to call the given action; null: there is nobody to listen to.</param>
    public async Task StartAsync(Func<Action, IAsyncDisposable>? listen, CancellationToken cancellation)
    {
        if (!await FetchAsync(cancellation))
        {
            throw new PoolProtocolException($"{authority} {TemplateMethod}: the daemon is busy");
        }

        _notices = listen?.Invoke(WantTemplate);
        _timer = clock.CreateTimer(_ => _wakes.Writer.TryWrite(true), null, PollInterval, PollInterval);
        _polling = PollAsync();
    }

    public async Task<SubmitResult> SubmitAsync(PoolJob job, VerifiedShare share, CancellationToken cancellation)
    {
        if (job.Template is not MoneroBlockTemplate template)
        {
            throw new ArgumentException("not a job of a daemon", nameof(job));
        }

        var builder = MoneroBlobBuilder.Create(template);
        var block = builder.Block(share.ExtraNonce, share.Nonce);
        var id = builder.BlockId(share.ExtraNonce, share.Nonce);
        while (true)
        {
            // A block is worth more tries than one: while the connection stands, a daemon that is busy or does not answer is asked again.
            try
            {
                var answer = await daemon.SubmitAsync(block, cancellation);
                if (answer.Error?.Code != RpcError.CoreBusy && answer.Result?.Status != "BUSY")
                {
                    return await JudgeAsync(answer, job, id, cancellation);
                }

                log.Busy(authority, "block waits");
            }
            catch (Exception e) when (IsTransport(e) && !_ended.IsCancellationRequested && !_jobs.Reader.Completion.IsCompleted)
            {
                log.NoAnswer(authority, e.Message);
            }
            catch (PoolProtocolException e)
            {
                return new(ShareOutcome.Rejected, e.Message);
            }
            catch (Exception e) when (
                e is OperationCanceledException or ObjectDisposedException && _ended.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                throw new IOException($"{authority}: the connection was closed before the daemon answered", e);
            }

            await Task.Delay(PollInterval, clock, cancellation);
            statistics.RequestRetried();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _timer?.Dispose();
        if (Interlocked.Exchange(ref _notices, null) is { } notices)
        {
            await notices.DisposeAsync();
        }

        await _polling;
        _jobs.Writer.TryComplete(new OperationCanceledException("the connection was closed by us"));
        daemon.Dispose();
    }

    private static bool IsTransport(Exception e) => e is HttpRequestException or IOException or TimeoutException;

    private async Task<SubmitResult> JudgeAsync(SubmitAnswer answer, PoolJob job, Hash256 id, CancellationToken cancellation)
    {
        var height = job.Height ?? 0;
        var taken = answer is { Error: null, Result.Status: "OK" };
        var reason = taken ? "it is only an alternative block" : daemon.Clean(answer.Error?.Message ?? $"status {answer.Result?.Status}");
        var outcome = ShareOutcome.Rejected;
        if (taken || answer.Error?.Code == RpcError.NotAccepted)
        {
            // The daemon also says OK to a sound block that came too late for the main chain, and "not accepted" when an earlier try got through
            // and only its answer was lost: what counts is whose block the chain has at that height.
            var header = await daemon.GetHeaderAsync(height, cancellation);
            outcome = !Hash256.TryParse(header.Result?.BlockHeader?.Hash, out var onChain) ? (taken ? ShareOutcome.Accepted : ShareOutcome.Rejected)
                : onChain == id ? ShareOutcome.Accepted : ShareOutcome.Stale;
            WantTemplate();
        }

        if (outcome == ShareOutcome.Accepted)
        {
            log.BlockAccepted(authority, id, height);
            return new(outcome, null);
        }

        log.BlockRefused(authority, id, height, reason);
        return new(outcome, reason);
    }

    // Is the next block of the chain of that height, on that parent? Daemons before 0.13 do not tell the hash.
    private static bool IsOn(HeightAnswer chain, ulong height, string parent) =>
        chain.Height == height && (chain.Hash is null || chain.Hash.Equals(parent, StringComparison.OrdinalIgnoreCase));

    private void WantTemplate()
    {
        _templateWanted = true;
        _wakes.Writer.TryWrite(true);
    }

    private async Task PollAsync()
    {
        try
        {
            await foreach (var _ in _wakes.Reader.ReadAllAsync(_ended.Token))
            {
                try
                {
                    await PollOnceAsync();
                }
                catch (Exception e) when (IsTransport(e))
                {
                    log.NoAnswer(authority, e.Message);
                    if (clock.GetElapsedTime(_lastAnswer) >= LongestSilence)
                    {
                        throw;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // Whatever it was, the session must learn that no more jobs will come from here.
            _jobs.Writer.TryComplete(e);
        }
    }

    private async Task PollOnceAsync()
    {
        var wanted = _templateWanted || clock.GetElapsedTime(_templateTime) >= TemplateAge;
        if (!wanted)
        {
            var chain = await daemon.GetHeightAsync(_ended.Token);
            _lastAnswer = clock.GetTimestamp();
            wanted = chain.Status is null or "OK" && !IsOn(chain, _current!.Height, _current.Previous);
        }

        if (wanted)
        {
            _templateWanted = false;
            try
            {
                _templateWanted |= !await FetchAsync(_ended.Token);
            }
            catch
            {
                _templateWanted = true;
                throw;
            }
        }
    }

    /// <summary>False: the daemon is busy and has to be asked again.</summary>
    private async Task<bool> FetchAsync(CancellationToken cancellation)
    {
        var answer = await daemon.GetTemplateAsync(ReserveSize, cancellation);
        _lastAnswer = clock.GetTimestamp();
        var busy = answer.Error?.Code == RpcError.CoreBusy || answer.Result?.Status == "BUSY";
        if (busy && !_busy)
        {
            log.Busy(authority, daemon.Clean(answer.Error?.Message ?? "status BUSY"));
        }

        _busy = busy;
        if (busy)
        {
            return false;
        }

        if (answer.Error is { } error)
        {
            var text = $"{authority} {TemplateMethod}: {daemon.Clean(error.Message ?? "")} (code {error.Code})";
            throw error.Code == RpcError.WrongWalletAddress ? new PoolLoginException(text) : new PoolProtocolException(text);
        }

        if (answer.Result is not { Status: null or "OK" } result)
        {
            throw daemon.Wrong(TemplateMethod, answer.Result is null ? "the answer has no result" : $"status {answer.Result.Status}");
        }

        try
        {
            Publish(DaemonTemplate.Read(result, ReserveSize));
        }
        catch (PoolProtocolException e)
        {
            throw daemon.Wrong(TemplateMethod, e.Message);
        }

        return true;
    }

    private void Publish(DaemonTemplate template)
    {
        _templateTime = clock.GetTimestamp();
        if (_current is { } current && current.Template.Block.AsSpan().SequenceEqual(template.Template.Block.AsSpan()))
        {
            return;
        }

        _current = template;
        log.NewTemplate(authority, template.Height, template.Builder.Transactions, template.Difficulty);
        _jobs.Writer.TryWrite(new PoolJob
        {
            Serial = nextSerial(),
            JobId = string.Create(CultureInfo.InvariantCulture, $"{template.Height:x}-{++_jobCount}"),
            Algorithm = algorithm,
            Blob = template.HashingBlob,
            NonceOffset = template.Builder.NonceOffset,
            Nonces = NonceRange.All,
            Target = Target.FromDifficulty(template.Difficulty),
            Seed = template.Seed,
            NextSeed = template.NextSeed,
            Height = template.Height,
            Pool = authority,
            Parent = template.Previous,
            Template = template.Template,
        });
    }
}
