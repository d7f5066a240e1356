using System.Globalization;
using System.Threading.Channels;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// Block templates of one daemon as jobs. Asks for the chain's height each second, for a template when that has changed, when ZMQ announces
/// a block, after a block of ours, and when the last template is 15 s old, so that new transactions get in. Ends when the daemon was silent
/// for 10 s.
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
    private volatile DaemonTemplate? _current;
    private long _templateTime;
    private long _lastAnswer = clock.GetTimestamp();
    private uint _jobCount;
    private bool _busy;
    private volatile bool _templateWanted;
    private ulong _firstSerial;
    private IAsyncDisposable? _notices;
    private ITimer? _timer;
    private Task _polling = Task.CompletedTask;

    public ChannelReader<PoolJob> Jobs => _jobs.Reader;

    public PoolPeer Peer => transport.Peer;

    /// <summary>Gets the first template and begins to poll. Called once.</summary>
    /// <param name="listen">
    /// Begins to listen for notices of blocks, each of which calls the given action; null: there is no publisher to listen to.
    /// </param>
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

        var builder = DaemonTemplate.BuilderOf(template);
        var block = new BlockHandIn(
            daemon, authority, job, builder.Block(share.ExtraNonce, share.Nonce), builder.BlockId(share.ExtraNonce, share.Nonce), log);

        // A block is worth more than one try: while the connection lasts, a daemon that gave no verdict is asked again, until the chain
        // goes on. An earlier connection may have handed in the same block before.
        var isRepeat = job.Serial < _firstSerial;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, cancellation);
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (await (isRepeat && job.Parent != _current!.Previous ? block.FindAsync(cancellation) : block.SubmitAsync(cancellation)) is { } verdict)
                {
                    WantTemplate();
                    return verdict;
                }
            }
            catch (Exception e) when (DaemonClient.IsNoAnswer(e))
            {
                failure = e;
                block.Waits(PoolText.Reason(e));
                if (e is PoolProtocolException)
                {
                    statistics.MessageSkipped();
                }
            }

            isRepeat = true;
            try
            {
                await Task.Delay(PollInterval, clock, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new IOException($"{authority}: the connection ended before the daemon took the block", failure);
            }

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

    // Is the next block of the chain of that height, on that parent? Daemons before 0.13 do not tell the hash; either of the two is enough.
    private static bool IsOn(HeightAnswer chain, ulong height, string parent) => (chain.Height, chain.Hash) is not (null, null)
        && (chain.Height ?? height) == height && (chain.Hash ?? parent).Equals(parent, StringComparison.OrdinalIgnoreCase);

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
                catch (Exception e) when (DaemonClient.IsTransport(e))
                {
                    log.NoAnswer(authority, daemon.Clean(PoolText.Reason(e)));
                    if (clock.GetElapsedTime(_lastAnswer) >= LongestSilence)
                    {
                        throw;
                    }

                    statistics.RequestRetried();
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // Whatever the failure was, the session must learn that no more jobs will come from here, and a caller that waits with a block
            // that waiting is no use.
            _jobs.Writer.TryComplete(e);
            await _ended.CancelAsync();
        }
    }

    private async Task PollOnceAsync()
    {
        var wanted = _templateWanted || clock.GetElapsedTime(_templateTime) >= TemplateAge;
        if (!wanted)
        {
            wanted = await HasGoneOnAsync(_current!);
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

    /// <summary>
    /// Whether the chain's last block may differ from the template's parent. An answer that does not tell leaves that to the next template.
    /// </summary>
    private async Task<bool> HasGoneOnAsync(DaemonTemplate template)
    {
        try
        {
            var chain = await daemon.GetHeightAsync(_ended.Token);
            _lastAnswer = clock.GetTimestamp();
            return chain.Status is null or "OK" && !IsOn(chain, template.Height, template.Previous);
        }
        catch (PoolProtocolException e) when (e is not PoolLoginException)
        {
            log.NoAnswer(authority, daemon.Clean(e.Message));
            statistics.MessageSkipped();
            return true;
        }
    }

    /// <summary>False: the daemon is busy and has to be asked again.</summary>
    private async Task<bool> FetchAsync(CancellationToken cancellation)
    {
        var answer = await daemon.GetTemplateAsync(ReserveSize, cancellation);
        _lastAnswer = clock.GetTimestamp();
        var busy = answer.Error?.Code == RpcError.CoreBusy || answer.Result?.Status == RpcError.BusyStatus;
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

        var serial = nextSerial();
        _firstSerial = _current is null ? serial : _firstSerial;
        _current = template;
        log.NewTemplate(authority, template.Height, template.Builder.Transactions, template.Difficulty);
        _jobs.Writer.TryWrite(new PoolJob
        {
            Serial = serial,
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
