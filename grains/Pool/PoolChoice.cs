using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>Which of the pools is tried next, and after what pause, while the list may change at any moment. Any thread.</summary>
/// <param name="endpoints">In order of preference.</param>
internal sealed class PoolChoice(IReadOnlyList<PoolEndpoint> endpoints, PoolOptions options, Random random)
{
    private readonly Lock _gate = new();
    private IReadOnlyList<PoolEndpoint> _endpoints = endpoints;
    private PoolRotation _rotation = new(Math.Max(endpoints.Count, 1), options, random);

    /// <summary>Cancelled when the pools change: ends pauses and attempts, which then read the new list.</summary>
    private CancellationTokenSource _change = new();

    /// <summary>The pool to try; null: none is configured.</summary>
    public PoolEndpoint? Current
    {
        get { lock (_gate) return _endpoints.Count == 0 ? null : _endpoints[_rotation.Current]; }
    }

    /// <param name="endpoints">One or more.</param>
    public void Set(IReadOnlyList<PoolEndpoint> endpoints)
    {
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count, nameof(endpoints));
        CancellationTokenSource change;
        lock (_gate)
        {
            _endpoints = endpoints;
            _rotation = new(endpoints.Count, options, random);
            (change, _change) = (_change, new());
        }

        _ = change.CancelAsync();
    }

    /// <param name="redirect">Where the pool to try wants to be reached; null: where it is configured.</param>
    public PoolAttempt Next(PoolUrl? redirect)
    {
        lock (_gate)
        {
            var endpoint = _endpoints[_rotation.Current];
            return new(redirect is null ? endpoint : endpoint with { Url = redirect }, _rotation, _change.Token);
        }
    }

    /// <summary>The attempt failed, or what it led to ended early.</summary>
    public PoolPause Failed(PoolAttempt attempt, Exception reason)
    {
        lock (_gate)
        {
            // There is still a pause: two servers that redirect to each other must not cause a storm of connections.
            if (reason is PoolRedirectException { Target: var target })
            {
                return new(attempt.Rotation.ShortPause(), target, _change.Token);
            }

            attempt.Rotation.Failed(refused: reason is PoolLoginException);
            return attempt.Rotation == _rotation ? new(attempt.Rotation.Pause(), null, _change.Token) : default;
        }
    }

    /// <summary>The connection that the attempt led to lasted for a good while.</summary>
    public PoolPause Served(PoolAttempt attempt)
    {
        lock (_gate)
        {
            attempt.Rotation.Served();
            return new(attempt.Rotation.ShortPause(), null, _change.Token);
        }
    }

    /// <summary>The first pool took over.</summary>
    public void BackToFirst()
    {
        lock (_gate)
        {
            _rotation.BackToFirst();
        }
    }

    /// <summary>
    /// The pool that should serve, whether the serving one is still listed, and a token that is cancelled when either may have changed.
    /// </summary>
    public (PoolEndpoint First, bool IsListed, CancellationToken Change) Look(PoolEndpoint serving)
    {
        lock (_gate)
        {
            return (_endpoints[0], IsListed(serving), _change.Token);
        }
    }

    // Under the gate. The URL may be that of a redirection.
    private bool IsListed(PoolEndpoint endpoint) => _endpoints.Any(listed => ReferenceEquals(listed.Entry, endpoint.Entry));
}
