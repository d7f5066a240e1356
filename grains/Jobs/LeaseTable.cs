using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// Who owns which nonces. Knows nothing of pools or grains. The invariant that all else depends on: two leases of a blob never share a
/// nonce. So nothing is dealt twice, not even what a lost peer left undone: nonces are plentiful, and a second owner would make its late
/// shares duplicates.
/// </summary>
internal sealed class LeaseTable(LeaseOptions options, TimeProvider clock, Random random)
{
    /// <summary>Blobs whose nonce cursors are kept, so that a job that comes back goes on where it stopped.</summary>
    public const int RememberedBlobs = 64;

    /// <summary>A lease not reported on this long after it was due no longer counts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The most leases of one peer that still count: far more than it can use. A peer that keeps asking gets no more.</summary>
    private const int MostOfAPeer = 4096;

    /// <summary>
    /// The part of a blob's nonces that one lease may have if all peers share them: whatever rate a peer claims, some are left for the
    /// others.
    /// </summary>
    private const ulong LeastLeases = 16;

    private readonly Dictionary<ulong, Lease> _leases = [];
    private readonly Dictionary<NodeId, int> _leasesOf = [];
    private readonly Queue<Lease> _byAge = new();

    /// <summary>What is still to be dealt of each blob: from a random place to the end, and then from the beginning to that place.</summary>
    private readonly Dictionary<NonceKey, (NonceRange Now, NonceRange Later)> _fresh = [];
    private readonly Queue<NonceKey> _freshAge = new();
    private readonly Dictionary<(ulong BlobId, NodeId Peer), uint> _extraNonces = [];
    private ulong _nextLease = 1;

    /// <summary>Never goes back: every (template, peer) gets its own. Random, so that two masters of a split cluster do not meet.</summary>
    private uint _nextExtraNonce = (uint)random.NextInt64(1L << 32);

    /// <summary>
    /// Templates with fewer than 2^32 extra nonces count for themselves: the first one, and how many were asked for, one too many at most. Kept as long as the
    /// job table may come back to one.
    /// </summary>
    private readonly Dictionary<ulong, (uint First, ulong Dealt)> _few = [];
    private readonly Queue<ulong> _fewAge = new();

    public int ActiveCount => _leases.Values.Count(lease => !lease.IsOver);

    /// <summary>Leases the next nonces of a blob; null when all are dealt, or the peer has too many leases as it is.</summary>
    /// <param name="extraNonces">
    /// How many blobs with all of <paramref name="nonces"/> can be made of the template: each peer has its own as long as they last, and then shares
    /// another's. Null: all share the one blob there is.
    /// </param>
    public Lease? Take(NodeId peer, HashRate measured, ulong blobId, NonceRange nonces, ulong? extraNonces)
    {
        Prune();
        if (_leasesOf.GetValueOrDefault(peer) >= MostOfAPeer)
        {
            return null;
        }

        var count = Math.Max(1, measured.PerSecond > 0 ? measured.HashesIn(options.TargetDuration) : (ulong)options.FirstCount);
        if (extraNonces is null)
        {
            count = Math.Min(count, Math.Max((ulong)options.FirstCount, nonces.Count / LeastLeases));
        }

        var key = new NonceKey(blobId, 0);
        var range = extraNonces is { } some ? TakeOwn(peer, blobId, some, nonces, count, out key) : TakeFresh(key, nonces, count);
        if (range.IsEmpty)
        {
            return null;
        }

        var lease = new Lease(_nextLease++, peer, key, range, clock.GetUtcNow() + options.TargetDuration);
        _leases.Add(lease.Id, lease);
        _leasesOf[peer] = _leasesOf.GetValueOrDefault(peer) + 1;
        _byAge.Enqueue(lease);
        return lease;
    }

    /// <summary>Some peer got no blob of its own from this template any more.</summary>
    public bool IsOutOfExtraNonces(ulong blobId, ulong extraNonces) => _few.TryGetValue(blobId, out var few) && few.Dealt > extraNonces;

    /// <summary>The lease a share names, when it is that peer's and holds the nonce; null otherwise.</summary>
    public Lease? FindOwner(FoundShare share) =>
        _leases.TryGetValue(share.LeaseId, out var lease)
        && lease.Peer == share.Peer && lease.Blob.ExtraNonce == share.ExtraNonce && lease.Range.Contains(share.Nonce)
            ? lease
            : null;

    public void Report(NodeId peer, ulong leaseId, ulong hashesDone)
    {
        if (_leases.TryGetValue(leaseId, out var lease) && lease.Peer == peer)
        {
            lease.HashesDone += Math.Min(hashesDone, lease.Range.Count - lease.HashesDone);
            lease.IsOver |= lease.HashesDone == lease.Range.Count;
        }
    }

    /// <summary>Ends a peer's leases; shares of them that are still on their way count.</summary>
    public void End(NodeId peer)
    {
        foreach (var lease in _leases.Values.Where(lease => lease.Peer == peer))
        {
            lease.IsOver = true;
        }
    }

    /// <summary>Drops everything of blobs other than the given ones: their shares no longer count.</summary>
    public void ForgetLeasesExcept(IReadOnlySet<ulong> blobIds)
    {
        foreach (var lease in _leases.Values.Where(lease => !blobIds.Contains(lease.Blob.BlobId)))
        {
            Remove(lease);
        }

        foreach (var key in _extraNonces.Keys.Where(key => !blobIds.Contains(key.BlobId)))
        {
            _extraNonces.Remove(key);
        }
    }

    /// <summary>From the peer's own blob of a template; from a fresh one when that is used up; from any other when there is no fresh one.</summary>
    private NonceRange TakeOwn(NodeId peer, ulong blobId, ulong extraNonces, NonceRange nonces, ulong count, out NonceKey key)
    {
        // A blob whose cursor was forgotten is as good as used up: nobody knows any more what of it was dealt.
        key = new(blobId, _extraNonces.GetValueOrDefault((blobId, peer)));
        if (_extraNonces.ContainsKey((blobId, peer)) && _fresh.ContainsKey(key) && TakeFresh(key, nonces, count) is { IsEmpty: false } own)
        {
            return own;
        }

        if (NextExtraNonce(blobId, extraNonces) is { } extraNonce)
        {
            _extraNonces[(blobId, peer)] = extraNonce;
            key = new(blobId, extraNonce);
            return TakeFresh(key, nonces, count);
        }

        foreach (var (other, left) in _fresh)
        {
            if (other.BlobId == blobId && !(left.Now.IsEmpty && left.Later.IsEmpty))
            {
                _extraNonces[(blobId, peer)] = other.ExtraNonce;
                key = other;
                return TakeFresh(other, nonces, count);
            }
        }

        return default;
    }

    private uint? NextExtraNonce(ulong blobId, ulong extraNonces)
    {
        if (extraNonces > uint.MaxValue)
        {
            return unchecked(_nextExtraNonce++);
        }

        if (!_few.TryGetValue(blobId, out var few))
        {
            if (_fewAge.Count == 2 * RememberedBlobs)
            {
                _few.Remove(_fewAge.Dequeue());
            }

            few = ((uint)random.NextInt64((long)extraNonces), 0);
            _fewAge.Enqueue(blobId);
        }

        // One more than there are: they were not enough.
        _few[blobId] = few with { Dealt = Math.Min(few.Dealt, extraNonces) + 1 };
        return few.Dealt < extraNonces ? (uint)((few.First + few.Dealt) % extraNonces) : null;
    }

    private NonceRange TakeFresh(NonceKey key, NonceRange nonces, ulong count)
    {
        if (!_fresh.TryGetValue(key, out var fresh))
        {
            // Those of one template are as many as there are peers and must all stay while it is current; of the rest the oldest may go.
            while (_freshAge.Count >= Math.Max(RememberedBlobs, 2 * _extraNonces.Count))
            {
                _fresh.Remove(_freshAge.Dequeue());
            }

            // A pool may take the next master's login for that of the former one and give it the same blob: it should hardly ever meet
            // nonces that were searched already.
            var later = nonces.Take(key.ExtraNonce == 0 ? (ulong)random.NextInt64((long)nonces.Count) : 0, out var now);
            fresh = (now, later);
            _freshAge.Enqueue(key);
        }

        if (fresh.Now.IsEmpty)
        {
            fresh = (fresh.Later, default);
        }

        var taken = fresh.Now.Take(count, out var rest);
        _fresh[key] = (rest, fresh.Later);
        return taken;
    }

    private void Prune()
    {
        var oldest = clock.GetUtcNow() - Patience;
        while (_byAge.TryPeek(out var lease) && (lease.Due < oldest || !_leases.ContainsKey(lease.Id)))
        {
            Remove(lease);
            _byAge.Dequeue();
        }
    }

    private void Remove(Lease lease)
    {
        lease.IsOver = true;
        if (_leases.Remove(lease.Id) && --_leasesOf[lease.Peer] == 0)
        {
            _leasesOf.Remove(lease.Peer);
        }
    }
}
