namespace P2PMiner.Security;

/// <summary>
/// The keys that this node uses: the current one, for everything it sends, and others whose holders are let in until some time.
/// A rotation without a gap accepts the new key on every node first (<see cref="Accept"/>), then makes it current (<see cref="Switch"/>).
/// Thread-safe.
/// </summary>
internal sealed class ClusterKeyRing(ClusterKey current, TimeProvider clock, IEnumerable<AcceptedKey>? others = null)
{
    /// <summary>
    /// How long after a rotation the former key's beacons are still taken. Not for the whole grace period: a machine that was off during
    /// the rotation does not hear the others, elects itself, and must not be followed.
    /// </summary>
    public static readonly TimeSpan HandOver = TimeSpan.FromMinutes(1);

    /// <summary>How many keys of begun rotations are kept; beyond that the oldest is dropped: its rotation was given up.</summary>
    public const int MaxNext = 2;

    private readonly Lock _gate = new();
    private ClusterKey _current = current;
    private AcceptedKey[] _others = [.. others ?? []];
    private (ClusterKey Key, DateTimeOffset Since)? _handedOver;

    /// <summary>What this node's own certificates, beacons and connections use.</summary>
    public ClusterKey Current
    {
        get { lock (_gate) return _current; }
    }

    /// <summary>The other keys that are accepted now, and until when.</summary>
    public IReadOnlyList<AcceptedKey> Others
    {
        get { lock (_gate) return [.. Living()]; }
    }

    /// <summary>Every key whose holders are let in now, the current one first.</summary>
    public IReadOnlyList<ClusterKey> Accepted
    {
        get { lock (_gate) return [_current, .. Living().Select(other => other.Key)]; }
    }

    /// <summary>
    /// Every key whose beacons are taken now: the current one first, then those of rotations begun, then, for <see cref="HandOver"/>, the
    /// former one.
    /// </summary>
    public IReadOnlyList<ClusterKey> Heard
    {
        get
        {
            lock (_gate)
            {
                var former = _handedOver is var (key, since) && clock.GetUtcNow() < since + HandOver ? key : null;
                return [_current, .. Living().Where(other => other.IsNext || other.Key.Equals(former))
                    .OrderByDescending(other => other.IsNext).Select(other => other.Key)];
            }
        }
    }

    /// <summary>
    /// Lets holders of <paramref name="key"/>, which is to be the next one, in until <paramref name="until"/>; a later call for the same
    /// key replaces an earlier one.
    /// </summary>
    public void Accept(ClusterKey key, DateTimeOffset until)
    {
        lock (_gate)
        {
            if (!key.Equals(_current))
            {
                var others = Living().Where(other => !other.Key.Equals(key)).ToList();
                var next = others.Where(other => other.IsNext).ToList();
                _others = [.. others.Except(next.Take(next.Count - MaxNext + 1)), new(key, until, IsNext: true)];
            }
        }
    }

    /// <summary>Takes back <see cref="Accept"/>: the rotation was given up. Does nothing to any other key.</summary>
    public void Withdraw(string id)
    {
        lock (_gate)
        {
            _others = [.. _others.Where(other => !other.IsNext || other.Key.Id != id)];
        }
    }

    /// <summary>Makes the accepted key of that id current; the former one is let in as long as that one would have been.</summary>
    /// <returns>True: it is current now, and may have been before. False: no such key is accepted.</returns>
    public bool Switch(string id)
    {
        lock (_gate)
        {
            if (_current.Id == id)
            {
                return true;
            }

            if (Living().FirstOrDefault(other => other.IsNext && other.Key.Id == id) is not { } next)
            {
                return false;
            }

            MakeCurrent(next.Key, next.Until);
            return true;
        }
    }

    /// <summary>Makes <paramref name="key"/> the current one; holders of the former are let in for <paramref name="grace"/> more.</summary>
    public void Rotate(ClusterKey key, TimeSpan grace)
    {
        lock (_gate)
        {
            if (!key.Equals(_current))
            {
                MakeCurrent(key, clock.GetUtcNow() + grace);
            }
        }
    }

    /// <summary>A ring of the same keys that can be changed independently.</summary>
    public ClusterKeyRing Copy()
    {
        lock (_gate)
        {
            return new(_current, clock, _others);
        }
    }

    private void MakeCurrent(ClusterKey key, DateTimeOffset formerUntil)
    {
        // Offers before this one are obsolete: all nodes have accepted this one since.
        var offers = Living().Where(other => other.IsNext).ToList();
        var obsolete = offers.Take(offers.FindIndex(other => other.Key.Equals(key)));
        _others = [.. Living().Except(obsolete).Where(other => !other.Key.Equals(key) && !other.Key.Equals(_current)), new(_current, formerUntil)];
        _handedOver = (_current, clock.GetUtcNow());
        _current = key;
    }

    private IEnumerable<AcceptedKey> Living() => _others.Where(other => other.Until > clock.GetUtcNow());
}
