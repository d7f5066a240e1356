namespace P2PMiner.Silo.Security;

/// <summary>
/// The keys this node goes by: the current one, for everything it sends, and others whose holders are still let in until a time.
/// A rotation without a gap accepts the new key on every node first (<see cref="Accept"/>), then makes it current (<see cref="Rotate"/>).
/// Thread-safe.
/// </summary>
internal sealed class ClusterKeyRing(ClusterKey current, TimeProvider clock, IEnumerable<AcceptedKey>? others = null)
{
    private readonly Lock _gate = new();
    private ClusterKey _current = current;
    private AcceptedKey[] _others = [.. others ?? []];

    /// <summary>What this node's own certificates, beacons and connections use.</summary>
    public ClusterKey Current
    {
        get { lock (_gate) return _current; }
    }

    /// <summary>The other keys that are accepted now, with their ends.</summary>
    public IReadOnlyList<AcceptedKey> Others
    {
        get { lock (_gate) return [.. _others.Where(other => other.Until > clock.GetUtcNow())]; }
    }

    /// <summary>Every key whose holders are let in now, the current one first.</summary>
    public IReadOnlyList<ClusterKey> Accepted => [Current, .. Others.Select(other => other.Key)];

    /// <summary>Lets holders of <paramref name="key"/> in until <paramref name="until"/>; a later call for the same key replaces an earlier one.</summary>
    public void Accept(ClusterKey key, DateTimeOffset until)
    {
        lock (_gate)
        {
            _others = [.. _others.Where(other => !other.Key.Equals(key)), new(key, until)];
        }
    }

    /// <summary>Makes <paramref name="key"/> the current one; holders of the former are let in for <paramref name="grace"/> more.</summary>
    public void Rotate(ClusterKey key, TimeSpan grace)
    {
        lock (_gate)
        {
            if (!key.Equals(_current))
            {
                _others = [.. _others.Where(other => !other.Key.Equals(key) && !other.Key.Equals(_current)), new(_current, clock.GetUtcNow() + grace)];
                _current = key;
            }
        }
    }
}
