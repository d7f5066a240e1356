using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Datasets;

/// <summary>
/// A peer's side of remote hashing: which host, whether it is worth using, how many slices are there. Part of the peer grain, on its
/// scheduler.
/// </summary>
internal sealed class RemoteHasher(Func<NodeId, IDatasetHostGrain> hosts, IHashEngine engine, NodeId self, TimeProvider clock, ILogger log)
{
    /// <summary>Longer than a peer's own: each costs a trip over the network. Bounded by how long a host may keep one.</summary>
    private static readonly TimeSpan SliceDuration = TimeSpan.FromMilliseconds(500);

    /// <summary>Slice for a host whose rate is not known yet.</summary>
    private const ulong FirstSlice = 16;

    /// <summary>A host that has slices and is silent for this long is lost. A full queue there takes two seconds or so.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(6);

    /// <summary>For how long a host that was lost or wrong is not asked.</summary>
    private static readonly TimeSpan LostPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WrongPause = TimeSpan.FromMinutes(10);

    /// <summary>The node's speed lines show only its own threads.</summary>
    private static readonly TimeSpan RateLinePeriod = TimeSpan.FromMinutes(1);

    private readonly HashingMix _mix = new(clock);
    private DatasetHostOffer? _host;

    /// <summary>How this node holds its own dataset.</summary>
    private DatasetMode _mode;

    /// <summary>The host not to be asked for now, and until when.</summary>
    private (NodeId Node, DateTimeOffset Until) _avoided;
    private HashRate _threadRate;
    private long _lastAnswer;
    private long _lastRateLine;

    /// <summary>Counts hosts taken and lost: requests to an earlier host say nothing about the current one.</summary>
    private int _term;

    /// <summary>Slices sent to the current host and not answered.</summary>
    private int _out;

    /// <summary>False: the host is faster without this node's own threads.</summary>
    public bool UsesOwnThreads => _mix.UsesOwn;

    public NodeId? Host => _mix.UsesRemote ? _host?.Node : null;

    public HashRate Rate => Host is null ? default : _mix.RemoteRate;

    public bool IsBusy => _out > 0;

    /// <summary>The host has room for one more slice of this node: one for each of its threads, and as many again as keep them busy over the network.</summary>
    public bool TakesMore => _mix.UsesRemote && _host is { } host && _out < Math.Min(host.Threads + 1 + (host.Threads / 2), HostDesk.QuotaOf(host.Threads));

    public ulong SliceCount => _threadRate.PerSecond > 0 ? Math.Max(1, _threadRate.HashesIn(SliceDuration)) : FirstSlice;

    /// <summary>What the job grain offers, every few seconds; null: none, or this node needs none.</summary>
    /// <param name="mode">How this node holds its own dataset.</param>
    public void Offer(DatasetHostOffer? offer, DatasetMode mode)
    {
        _mode = mode != DatasetMode.None ? mode : _mode;
        if (offer is null || offer.Node == self)
        {
            if (_host is not null)
            {
                Lose("no host is offered any more");
            }
        }
        else if (offer != _host && !(offer.Node == _avoided.Node && clock.GetUtcNow() < _avoided.Until))
        {
            var isSame = offer.Node == _host?.Node;
            _host = offer;
            _mix.Measure();
            if (!isSame)
            {
                (_term, _out, _threadRate) = (_term + 1, 0, default);
                log.HostFound(offer.Node.Short, offer.Threads);
            }
        }
    }

    /// <summary>Counts what was hashed and advances the measurement.</summary>
    public void Count(ulong hashes, bool isRemote)
    {
        _mix.Count(hashes, isRemote);
        Advance();
    }

    /// <summary>To be called every few seconds while there is work; true: hashing goes another way from now on.</summary>
    public bool Advance()
    {
        if (_mix.UsesRemote && _out > 0 && clock.GetElapsedTime(_lastAnswer) > LongestSilence)
        {
            Lose($"no answer for {LongestSilence.TotalSeconds:F0} s");
            return true;
        }

        var way = _mix.Way;
        if (_mix.Advance() is { } verdict)
        {
            _lastRateLine = clock.GetTimestamp();
            log.WayChosen(verdict.Own, _mode.ModeName(), _host!.Node.Short, verdict.Remote, verdict.Both, verdict.Reason);
        }

        if (_mix.UsesRemote && !_mix.IsMeasuring && clock.GetElapsedTime(_lastRateLine) >= RateLinePeriod)
        {
            _lastRateLine = clock.GetTimestamp();
            log.RemoteRate(_mix.RemoteRate, _host!.Node.Short);
        }

        return way != _mix.Way;
    }

    /// <summary>
    /// Searches a slice at the host. None done: the host refused it, and it waited here as long as the host asked for. Null: the host was lost with
    /// it; it may have been searched, so it must not be searched again.
    /// </summary>
    public async Task<SliceResult?> SearchAsync(SearchSlice slice)
    {
        var (host, term) = (_host!.Node, _term);
        _lastAnswer = _out++ == 0 ? clock.GetTimestamp() : _lastAnswer;
        try
        {
            var answer = await hosts(host).SearchAsync(self, slice);
            _lastAnswer = term == _term ? clock.GetTimestamp() : _lastAnswer;
            if (answer.Refusal is { } refusal)
            {
                await ObeyAsync(refusal, term);
                return new SliceResult { Hits = [] };
            }

            return await AcceptAsync(slice, answer.Result, host, term);
        }
        catch (Exception e)
        {
            // Whatever the failure was, the host did not answer. A cancellation counts too: nothing here cancels, but a stopping silo does.
            if (term == _term)
            {
                Lose(CallFailure.Brief(e));
            }

            return null;
        }
        finally
        {
            _out -= term == _term ? 1 : 0;
        }
    }

    /// <summary>Ends this node's slices of earlier generations at the host. A hint: a lost one costs a second of old work there.</summary>
    public void Preempt(ulong generation)
    {
        if (_host is { } host && _out > 0)
        {
            _ = PreemptAsync(host.Node, generation);
        }
    }

    private async Task PreemptAsync(NodeId host, ulong generation)
    {
        try
        {
            await hosts(host).PreemptAsync(self, generation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.PreemptFailed(host.Short, CallFailure.Brief(e));
        }
    }

    /// <summary>Holds the slot, and so the pressure, back for as long as the host asks; a host that cannot hash at all is left.</summary>
    private async Task ObeyAsync(HostRefusal refusal, int term)
    {
        if (refusal.Reason is HostRefusalReason.Busy or HostRefusalReason.Quota)
        {
            await Task.Delay(refusal.RetryAfter, clock);
        }
        else if (term == _term)
        {
            Lose(refusal.Reason switch
            {
                HostRefusalReason.NotReady => "it has no dataset for the job's seed",
                HostRefusalReason.NoThreads => "it has no threads to lend",
                _ => $"it refuses the work ({refusal.Reason})",
            });
        }
    }

    /// <summary>Checks the finds here, where a wrong one would be blamed on this node; one that cannot be checked is dropped for that.</summary>
    private async Task<SliceResult?> AcceptAsync(SearchSlice slice, SliceResult result, NodeId host, int term)
    {
        if (result.HashesDone > slice.Range.Count)
        {
            throw new InvalidDataException($"it claims {result.HashesDone} of {slice.Range.Count} hashes");
        }

        foreach (var hit in result.Hits.IsDefault ? [] : result.Hits)
        {
            if (await IsRightAsync(slice, hit, host) is not { } isRight)
            {
                return null;
            }

            if (!isRight)
            {
                log.HostWrong(host.Short, hit.Nonce);
                if (term == _term)
                {
                    Lose("its hashes are wrong");
                    _avoided = (host, clock.GetUtcNow() + WrongPause);
                }

                return null;
            }

            log.HostFoundShare(host.Short, hit.Nonce);
        }

        if (result.HashesDone > 0 && result.Elapsed > TimeSpan.Zero)
        {
            _threadRate = new(result.HashesDone / result.Elapsed.TotalSeconds);
        }

        return result;
    }

    /// <summary>Null: this node cannot tell, which is not the host's fault.</summary>
    private async Task<bool?> IsRightAsync(SearchSlice slice, NonceHit hit, NodeId host)
    {
        if (!slice.Range.Contains(hit.Nonce))
        {
            return false;
        }

        var input = NonceInput.Of(slice.Blob.AsSpan(), slice.NonceOffset, hit.Nonce);
        try
        {
            return await engine.HashAsync(slice.Algorithm, slice.Seed, input, CancellationToken.None) == hit.Hash;
        }
        catch (Exception e)
        {
            // Whatever it is, it happened here.
            log.FindNotChecked(host.Short, hit.Nonce, CallFailure.Brief(e));
            return null;
        }
    }

    private void Lose(string reason)
    {
        log.HostLost(_host!.Node.Short, reason, _mode.ModeName());
        _avoided = (_host.Node, clock.GetUtcNow() + LostPause);
        (_host, _out, _threadRate) = (null, 0, default);
        _term++;
        _mix.LoseHost();
    }
}
