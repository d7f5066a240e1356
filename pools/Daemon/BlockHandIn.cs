using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// One block on its way into a daemon's chain. Only the daemon's own words about the block are a verdict; any other answer is not.
/// </summary>
/// <param name="block">As submit_block takes it.</param>
/// <param name="id">Its id in the chain.</param>
internal sealed class BlockHandIn(DaemonClient daemon, string authority, PoolJob job, byte[] block, Hash256 id, ILogger log)
{
    private const string HeaderMethod = "get_block_header_by_height";

    /// <summary>
    /// A daemon that cannot say what its chain has will not be able to later either; without a limit nobody would ever hear about the
    /// block.
    /// </summary>
    private const int MostUnreadable = 10;

    private int _unreadable;
    private bool _isTold;

    /// <summary>Sends the block. Null: no verdict; send it again later.</summary>
    public async Task<SubmitResult?> SubmitAsync(CancellationToken cancellation)
    {
        var answer = await daemon.SubmitAsync(block, cancellation);
        if (answer.Error?.Code == RpcError.CoreBusy || answer.Result?.Status == RpcError.BusyStatus)
        {
            Waits("the daemon is busy");
            return null;
        }

        var taken = answer is { Error: null, Result.Status: "OK" };
        var reason = taken ? "it is only an alternative block" : daemon.Clean(answer.Error?.Message ?? $"status {answer.Result?.Status}");
        if (!taken && answer.Error?.Code != RpcError.NotAccepted)
        {
            return Refused(ShareOutcome.Rejected, reason);
        }

        // The daemon also says OK to a valid block that came too late for the main chain, and "not accepted" when an earlier try got
        // through and only its answer was lost: what counts is which block the chain has at that height.
        Hash256? onChain = null;
        try
        {
            onChain = await OnChainAsync(cancellation);
        }
        catch (Exception e) when (taken && DaemonClient.IsNoAnswer(e))
        {
            // Then the daemon's answer stands.
            log.NoAnswer(authority, daemon.Clean(PoolText.Reason(e)));
        }

        return onChain == id || (taken && onChain is null) ? Accepted() : Refused(onChain is null ? ShareOutcome.Rejected : ShareOutcome.Stale, reason);
    }

    /// <summary>
    /// For a block that was handed in without a verdict before the chain went on: it may be the one that the chain has by now. It is not
    /// sent again. Null: the daemon does not tell; ask again later.
    /// </summary>
    public async Task<SubmitResult?> FindAsync(CancellationToken cancellation)
    {
        var onChain = await OnChainAsync(cancellation);
        return onChain == id ? Accepted()
            : onChain is null && _unreadable >= MostUnreadable
                ? Refused(ShareOutcome.Rejected, "the chain went on, and the daemon does not tell whether with it")
            : Refused(ShareOutcome.Stale, "the chain went on without it");
    }

    /// <summary>A try brought no verdict. Logged once for each block: an owner wants to know that it waits, but not every second.</summary>
    public void Waits(string reason)
    {
        if (_isTold)
        {
            log.NoAnswer(authority, daemon.Clean(reason));
        }
        else
        {
            _isTold = true;
            log.BlockWaits(authority, id, job.Height ?? 0, daemon.Clean(reason));
        }
    }

    /// <summary>The block that the main chain has at that height; null: the chain is not that long, or the daemon never tells.</summary>
    /// <exception cref="PoolProtocolException">The daemon's answer does not tell this time.</exception>
    private async Task<Hash256?> OnChainAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await daemon.GetHeaderAsync(job.Height ?? 0, cancellation);
            if (answer.Error?.Code == RpcError.CoreBusy || answer.Result?.Status == RpcError.BusyStatus)
            {
                throw daemon.Wrong(HeaderMethod, "the daemon is busy");
            }

            return answer.Result?.BlockHeader is not { } header ? null
                : Hash256.TryParse(header.Hash, out var hash) ? hash
                : throw daemon.Wrong(HeaderMethod, $"hash '{header.Hash}' is not 64 hex digits");
        }
        catch (PoolProtocolException) when (++_unreadable >= MostUnreadable)
        {
            return null;
        }
    }

    private SubmitResult Accepted()
    {
        log.BlockAccepted(authority, id, job.Height ?? 0);
        return new(ShareOutcome.Accepted, null);
    }

    private SubmitResult Refused(ShareOutcome outcome, string reason)
    {
        log.BlockRefused(authority, id, job.Height ?? 0, reason);
        return new(outcome, reason);
    }
}
