using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pools.Blobs;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// The current job and the earlier ones that still count, their leases and the shares seen. Plain state of the job grain; one caller at a time.
/// </summary>
internal sealed class JobTable(LeaseOptions options, TimeProvider clock, Random random)
{
    /// <summary>
    /// Jobs of one parent that are kept, and twice as many for a while: the pool session keeps no more either. A Stratum v1 pool may send
    /// jobs without end and never say that the earlier ones are stale.
    /// </summary>
    private const int MostLive = 64;

    private readonly LeaseTable _leases = new(options, clock, random);

    /// <summary>Jobs on the same parent as the current one, by serial.</summary>
    private readonly Dictionary<ulong, LiveJob> _live = [];

    /// <summary>Numbers of pool blobs seen, so that a job that comes back keeps its nonce cursor. Oldest go first.</summary>
    private readonly Dictionary<string, ulong> _blobIds = [];
    private readonly Queue<string> _blobAge = new();
    private readonly HashSet<(NonceKey Blob, uint Nonce)> _seen = [];
    private ulong _nextBlobId = 1;
    private LiveJob? _current;

    /// <summary>
    /// Counts job changes. Begins at the clock's milliseconds, so that the generations of a new master come after those of the former one.
    /// </summary>
    public ulong Generation { get; private set; } = (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    public PoolJob? Current => _current?.Job;

    public int ActiveLeases => _leases.ActiveCount;

    /// <summary>Makes a job the current one; null: none. Jobs on another parent stop counting.</summary>
    /// <exception cref="WireValueException">No blobs can be made from it. Nothing has changed.</exception>
    public void Replace(PoolJob? job)
    {
        var blobs = job is null ? null : JobBlobs.Of(job);
        Generation++;
        if (job is null)
        {
            // The earlier jobs stay: their shares may wait for a connection.
            _current = null;
            return;
        }

        ulong[] stale = [.. _live.Values.Where(live => live.Job.Parent != job.Parent).Select(live => live.Job.Serial)];
        if (stale.Length == 0 && _live.Count >= 2 * MostLive)
        {
            stale = [.. _live.Keys.Order().SkipLast(MostLive - 1)];
        }

        Array.ForEach(stale, serial => _live.Remove(serial));
        _current = new LiveJob(job, blobs!, BlobId(job));
        _live[job.Serial] = _current;
        if (stale.Length > 0)
        {
            // Not for each job of the same block: it would go through all leases and shares, only to find that all still count.
            var blobIds = _live.Values.Select(live => live.BlobId).ToHashSet();
            _leases.ForgetLeasesExcept(blobIds);
            _seen.RemoveWhere(seen => !blobIds.Contains(seen.Blob.BlobId));
        }
    }

    /// <summary>The next unit of the current job for a peer; null without a job or without nonces left.</summary>
    /// <param name="measured">Averaged over jobs, where these differ in cost.</param>
    public WorkUnit? Take(NodeId peer, HashRate measured)
    {
        if (_current is not { } live
            || _leases.Take(peer, new(measured.PerSecond / live.Cost), live.BlobId, live.Job.Nonces, live.Job.Template?.ExtraNonces) is not { } lease)
        {
            return null;
        }

        return new WorkUnit
        {
            Generation = Generation,
            LeaseId = lease.Id,
            JobSerial = live.Job.Serial,
            Algorithm = live.Job.Algorithm,
            Seed = live.Job.Seed,
            NextSeed = live.Job.NextSeed,
            Blob = live.Blobs.Get(lease.Blob.ExtraNonce),
            NonceOffset = live.Job.NonceOffset,
            ExtraNonce = lease.Blob.ExtraNonce,
            Range = lease.Range,
            Target = live.Job.Target,
        };
    }

    /// <summary>The extra nonces of the current job were not enough: some peers share a blob, and so its nonces.</summary>
    public bool IsOutOfExtraNonces => _current is { Job.Template: { } template } live && _leases.IsOutOfExtraNonces(live.BlobId, template.ExtraNonces);

    /// <summary>Tells whether a share is worth verifying; if it is, it counts as seen from then on.</summary>
    public ShareCheck Check(FoundShare share)
    {
        if (!_live.TryGetValue(share.JobSerial, out var live))
        {
            return new(ShareOutcome.Stale, null);
        }

        if (_leases.FindOwner(share) is not { } lease || lease.Blob.BlobId != live.BlobId)
        {
            return new(ShareOutcome.OutsideLease, null);
        }

        var input = NonceInput.Of(live.Blobs.Get(share.ExtraNonce).AsSpan(), live.Job.NonceOffset, share.Nonce);
        var judged = Commitment.Judged(live.Job.Algorithm, input, share.Hash);
        if (!live.Job.Target.IsMetBy(judged))
        {
            return new(ShareOutcome.LowDifficulty, null);
        }

        if (!_seen.Add((lease.Blob, share.Nonce)))
        {
            return new(ShareOutcome.Duplicate, null);
        }

        var reached = (double)new Target { Limit = judged }.Difficulty;
        return new(null, new ShareInput(live.Job.Algorithm, live.Job.Seed, input), (double)live.Job.Target.Difficulty, reached);
    }

    /// <summary>The job still counts: a share of it may be sent.</summary>
    public bool IsLive(ulong serial) => _live.ContainsKey(serial);

    public void Report(WorkReport report) => _leases.Report(report.Peer, report.LeaseId, report.HashesDone);

    public void End(NodeId peer) => _leases.End(peer);

    private ulong BlobId(PoolJob job)
    {
        if (job.Template is MoneroBlockTemplate)
        {
            return _nextBlobId++;
        }

        // The blob of a Stratum v1 job holds the root for extra nonce 0, and by that names the whole template: one that comes back, as with another difficulty,
        // is no new space of extra nonces. The seed belongs to the name: a new seed does reset the nonces of a blob.
        var name = $"{job.Algorithm}:{job.Seed.Hex}:{Convert.ToHexString(job.Blob.AsSpan())}";
        if (_blobIds.TryGetValue(name, out var id))
        {
            return id;
        }

        if (_blobAge.Count == LeaseTable.RememberedBlobs)
        {
            _blobIds.Remove(_blobAge.Dequeue());
        }

        _blobAge.Enqueue(name);
        return _blobIds[name] = _nextBlobId++;
    }

    private sealed record LiveJob(PoolJob Job, JobBlobs Blobs, ulong BlobId)
    {
        public double Cost { get; } = HashCost.Of(Job.Algorithm, Job.Blob.AsSpan());
    }
}
