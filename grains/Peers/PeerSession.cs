using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// What this node has of one session: the work from its job grain, and the hashes not yet reported to it. Another session starts without
/// them, because generations and leases mean nothing there. Part of <see cref="MiningLoop"/>, with the same one caller at a time.
/// </summary>
/// <param name="jobs">Kept: Orleans reads an interface's attributes each time it makes a reference, which costs more than a local
/// call.</param>
internal sealed class PeerSession(string name, IJobGrain jobs, ILogger log)
{
    private readonly Dictionary<ulong, ulong> _unreported = [];

    public string Name => name;

    public IJobGrain Jobs => jobs;

    public SliceCutter Work { get; private set; } = new();

    /// <summary>The node works for another session. A call of this one may still end, but counts for nothing.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>The present generation was told to this node, and the job grain has not been asked about it yet.</summary>
    public bool IsHearsay { get; private set; }

    /// <summary>A request for work is in progress.</summary>
    public bool IsAsking { get; private set; }

    public void Leave() => IsLeft = true;

    /// <summary>Any member of the cluster can send work. Work that came that way must be confirmed: see <see cref="Hear"/>.</summary>
    public void Doubt() => IsHearsay = true;

    /// <summary>Asks for a unit. Null: there is none now, or no answer.</summary>
    public async Task<WorkUnit?> AskAsync(NodeId node, HashRate rate)
    {
        IsAsking = true;
        try
        {
            return await jobs.LeaseAsync(node, rate);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LeaseFailed(CallFailure.Brief(e));
            return null;
        }
        finally
        {
            IsAsking = false;
        }
    }

    /// <summary>
    /// Judges by an answer of the job grain what this node was told. The grain's generations never go back, so one before that which this
    /// node had when it asked proves that its work did not come from the job grain, or from one that is there no more: all of it is
    /// dropped.
    /// </summary>
    /// <param name="asked">The generation at the time of the question.</param>
    /// <returns>False: the work was dropped.</returns>
    public bool Hear(WorkUnit answer, ulong asked)
    {
        var isFalse = answer.Generation < asked && asked == Work.Generation;
        if (isFalse)
        {
            log.FalseWork(asked, answer.Generation);
            Work = new();
        }

        IsHearsay &= answer.Generation < Work.Generation;   // told of another one meanwhile
        return !isFalse;
    }

    public void Count(ulong lease, ulong hashes) => _unreported[lease] = _unreported.GetValueOrDefault(lease) + hashes;

    /// <summary>Tells the job grain what was hashed, or gives a sign of life.</summary>
    /// <param name="write">Of a lease and the hashes done, just before it is sent: how the node is may change between two reports.</param>
    /// <returns>False: no answer, or the session was left meanwhile.</returns>
    public async Task<bool> ReportAsync(Func<ulong, ulong, WorkReport> write)
    {
        if (_unreported.Count == 0)
        {
            _unreported[0] = 0;   // a sign of life
        }

        foreach (var (lease, hashes) in _unreported.ToArray())
        {
            _unreported.Remove(lease);
            try
            {
                await jobs.ReportAsync(write(lease, hashes));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (!IsLeft)
                {
                    Count(lease, hashes);
                    log.LeaseFailed(CallFailure.Brief(e));
                }

                return false;
            }

            if (IsLeft)
            {
                // The other leases are as unknown to the new session as this one.
                return false;
            }
        }

        return true;
    }
}
