using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// Who owns which nonces. Knows nothing of pools or grains. The invariant that all else leans on: two leases of a blob never share a nonce.
/// So nothing is dealt twice, not even what a lost peer left undone: nonces are plentiful, and a second owner would make its late shares duplicates.
/// </summary>
internal sealed class LeaseTable(LeaseOptions options, TimeProvider clock, Random random)
{
    /// <summary>Blobs whose nonce cursors are kept, so that a job that comes back goes on where it stopped.</summary>
    public const int RememberedBlobs = 64;

    /// <summary>A lease not reported on this long after it was due no longer counts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ulong, Lease> _leases = [];
    private readonly Queue<Lease> _byAge = new();

    /// <summary>What is still to be dealt of each blob: from a random place to the end, and then from the beginning to that place.</summary>
    private readonly Dictionary<NonceKey, (NonceRange Now, NonceRange Later)> _fresh = [];
    private readonly Queue<NonceKey> _freshAge = new();
    private readonly Dictionary<(ulong BlobId, NodeId Peer), uint> _extraNonces = [];
    private ulong _nextLease = 1;

    /// <summary>Never goes back: every (template, peer) gets its own. Random, so that two masters of a split cluster do not meet.</summary>
    private uint _nextExtraNonce = (uint)random.NextInt64(1L << 32);

    public int ActiveCount => _leases.Values.Count(lease => !lease.IsOver);

    /// <summary>Leases the next nonces of a blob; null when all are dealt.</summary>
    /// <param name="hasExtraNonce">Each peer has blobs of its own, with all of <paramref name="nonces"/> in each.</param>
    public Lease? Take(NodeId peer, HashRate measured, ulong blobId, NonceRange nonces, bool hasExtraNonce)
    {
        Prune();
        var count = Math.Max(1, measured.PerSecond > 0 ? measured.HashesIn(options.TargetDuration) : (ulong)options.FirstCount);
        var range = default(NonceRange);
        NonceKey key = default;
        if (!hasExtraNonce)
        {
            key = new(blobId, 0);
            range = TakeFresh(key, nonces, count);
        }
        else
        {
            // A peer that used up its blob moves to a fresh one.
            for (var attempt = 0; attempt < 2 && range.IsEmpty; attempt++)
            {
                if (attempt == 1 || !_extraNonces.TryGetValue((blobId, peer), out var extraNonce))
                {
                    extraNonce = unchecked(_nextExtraNonce++);
                    _extraNonces[(blobId, peer)] = extraNonce;
                }

                key = new(blobId, extraNonce);
                range = TakeFresh(key, nonces, count);
            }
        }

        if (range.IsEmpty)
        {
            return null;
        }

        var lease = new Lease(_nextLease++, peer, key, range, clock.GetUtcNow() + options.TargetDuration);
        _leases.Add(lease.Id, lease);
        _byAge.Enqueue(lease);
        return lease;
    }

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

    /// <summary>Drops what belongs to blobs other than the given: their shares count no more.</summary>
    public void ForgetLeasesExcept(IReadOnlySet<ulong> blobIds)
    {
        foreach (var lease in _leases.Values.Where(lease => !blobIds.Contains(lease.Blob.BlobId)))
        {
            _leases.Remove(lease.Id);
            lease.IsOver = true;
        }

        foreach (var key in _extraNonces.Keys.Where(key => !blobIds.Contains(key.BlobId)))
        {
            _extraNonces.Remove(key);
        }
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

            // A pool may give the next master, whose login it takes for the one before, the same blob: it shall hardly meet what was searched already.
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
            lease.IsOver = true;
            _leases.Remove(lease.Id);
            _byAge.Dequeue();
        }
    }
}
