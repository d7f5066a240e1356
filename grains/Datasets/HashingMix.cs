using P2PMiner.Hashing;

namespace P2PMiner.Grains.Datasets;

/// <summary>Who hashes for a node that cannot hold the dataset.</summary>
internal enum HashingWay
{
    /// <summary>Its own threads, in light or partial mode.</summary>
    Own,

    /// <summary>A dataset host.</summary>
    Remote,

    Both,
}

/// <summary>The result of a measurement.</summary>
internal sealed record MixVerdict(HashRate Own, HashRate Remote, HashRate Both, HashingWay Way)
{
    /// <summary>
    /// A host is used only if it brings that much more than the node's own threads, and those only if they bring that much more than the
    /// host.
    /// </summary>
    public const double WorthIt = 1.02;

    /// <summary>What is used and why, for a person.</summary>
    public string Reason => Way switch
    {
        HashingWay.Own => "this node's threads alone, because the host brings nothing more",
        HashingWay.Remote => "the host alone, because this node's threads bring nothing more beside it",
        _ when Math.Max(Own.PerSecond, Remote.PerSecond) is > 0 and var better =>
            $"both, because that is {100 * ((Both.PerSecond / better) - 1):F0} % more than the better of the two",
        _ => "both, because neither gave a result alone",
    };
}

/// <summary>
/// Chooses by measurement: hashes for some seconds each way, and uses the best. Adding single rates would not do: both together may reach
/// less than their sum, if a host is shared or runs on the same machine. Plain state; one caller at a time.
/// </summary>
internal sealed class HashingMix(TimeProvider clock)
{
    /// <summary>Hashes left over from the former way are not counted.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(5);

    /// <summary>Machines and networks change.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(10);

    /// <summary>A host that was not worth using may have been busy.</summary>
    private static readonly TimeSpan ValidityOfNo = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>A longer silence means that there was no work, or that the node was paused: nothing can be said about rates.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(5);

    private readonly double[] _measured = new double[3];
    private readonly Queue<(long At, ulong Hashes)> _remote = new();
    private bool _hasHost;
    private bool _isMeasuring;
    private long _since;
    private ulong _counted;
    private long _countedSince;
    private long _remoteSince;
    private long _lastAdvance = clock.GetTimestamp();

    /// <summary>When the current uninterrupted work began.</summary>
    private long _steadySince;

    public HashingWay Way { get; private set; } = HashingWay.Own;

    public bool UsesOwn => Way != HashingWay.Remote;

    public bool UsesRemote => Way != HashingWay.Own;

    public bool IsMeasuring => _isMeasuring;

    /// <summary>What the host does for this node: mean of the last 10 s.</summary>
    public HashRate RemoteRate
    {
        get
        {
            while (_remote.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.At) > Window)
            {
                _remote.Dequeue();
            }

            return _remote.Count == 0 ? default
                : new(_remote.Sum(slice => (double)slice.Hashes) / Math.Clamp(clock.GetElapsedTime(_remoteSince).TotalSeconds, 1, Window.TotalSeconds));
        }
    }

    /// <summary>There is a host, another one, or the same with other resources: measures.</summary>
    public void Measure()
    {
        (_hasHost, _isMeasuring) = (true, true);
        Take(HashingWay.Own);
    }

    /// <summary>Returns to the node's own threads, at once.</summary>
    public void LoseHost()
    {
        (_hasHost, _isMeasuring) = (false, false);
        Take(HashingWay.Own);
        _remote.Clear();
    }

    public void Count(ulong hashes, bool isRemote)
    {
        if (isRemote)
        {
            _remoteSince = _remote.Count == 0 ? clock.GetTimestamp() : _remoteSince;
            _remote.Enqueue((clock.GetTimestamp(), hashes));
        }

        if (clock.GetElapsedTime(_since) >= WarmUp)
        {
            // From the end of the first result to the end of the last: whole slices only.
            if (_countedSince == 0)
            {
                _countedSince = clock.GetTimestamp();
            }
            else
            {
                _counted += hashes;
            }
        }
    }

    /// <summary>To be called often; a verdict at the moment when one is reached, otherwise null.</summary>
    public MixVerdict? Advance()
    {
        var wasGap = clock.GetElapsedTime(_lastAdvance) > Gap;
        _lastAdvance = clock.GetTimestamp();
        _steadySince = wasGap ? _lastAdvance : _steadySince;
        if (!_hasHost)
        {
            return null;
        }

        if (_isMeasuring && wasGap)
        {
            Measure();
        }

        if (!_isMeasuring)
        {
            if (clock.GetElapsedTime(_since) > (UsesRemote ? Validity : ValidityOfNo) || IsHostSlower())
            {
                Measure();
            }

            return null;
        }

        if (clock.GetElapsedTime(_since) < WarmUp + Trial)
        {
            return null;
        }

        var seconds = _countedSince == 0 ? 0 : clock.GetElapsedTime(_countedSince).TotalSeconds;
        _measured[(int)Way] = seconds > 0 ? _counted / seconds : 0;
        if (Way != HashingWay.Both)
        {
            Take(Way + 1);
            return null;
        }

        _isMeasuring = false;
        var (own, remote, both) = (_measured[0], _measured[1], _measured[2]);
        Take(Math.Max(remote, both) <= own * MixVerdict.WorthIt ? HashingWay.Own
            : both > remote * MixVerdict.WorthIt ? HashingWay.Both
            : HashingWay.Remote);
        return new(new(own), new(remote), new(both), Way);
    }

    /// <summary>Far from what was measured, over a whole window: more peers have come, or its owner mines more.</summary>
    private bool IsHostSlower() => UsesRemote && clock.GetElapsedTime(Math.Max(_since, _steadySince)) > 2 * Window
        && RemoteRate.PerSecond < 0.5 * (Way == HashingWay.Remote ? _measured[1] : Math.Max(0, _measured[2] - _measured[0]));

    private void Take(HashingWay way) => (Way, _since, _counted, _countedSince) = (way, clock.GetTimestamp(), 0, 0);
}
