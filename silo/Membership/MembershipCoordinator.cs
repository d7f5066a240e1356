using P2PMiner.Security;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// Follows the election: takes the table over when this node becomes master, gives it up when another does, and after each change makes
/// sure that this node's silo is in the current table.
/// </summary>
/// <param name="handOverLimit">See <see cref="ClusterMembership.HandOverLimit"/>.</param>
internal sealed class MembershipCoordinator(
    Mastership mastership, TableServer server, SiloView view, MutualTls tls, HostRebuilds rebuilds, Func<SiloHost?> host,
    TimeSpan handOverLimit, TimeProvider clock, ILogger<MembershipCoordinator> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => mastership.FollowAsync(FollowAsync, cancellation);

    private async Task FollowAsync(Master master, CancellationToken reign)
    {
        while (true)
        {
            try
            {
                await CarryOutAsync(master, reign);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException || !reign.IsCancellationRequested)
            {
                // So it is tried again: a decision that is not carried out leaves the cluster without a table.
                log.CoordinatorFailed(error);
                await Task.Delay(Pause, clock, reign);
            }
        }
    }

    private async Task CarryOutAsync(Master master, CancellationToken cancellation)
    {
        if (master.IsSelf)
        {
            await TakeOverAsync(master.Term, cancellation);
        }
        else
        {
            await server.YieldAsync(master.Term, cancellation);
        }

        await CheckOwnRowAsync(cancellation);
    }

    private async Task TakeOverAsync(ulong term, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                if (await server.TakeOverAsync(
                    term, TablePeer.Of(mastership.Current.Peers.Values), (peer, request) => HandOverAsync(peer, request, cancellation), cancellation))
                {
                    return;
                }

                // A higher term is known somewhere: the election was told, and will decide again.
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation);
            }
            catch (Exception error) when (error is IOException or Microsoft.Data.Sqlite.SqliteException)
            {
                log.NotTakenOver(error, term);
                await Task.Delay(Pause, clock, cancellation);
            }
        }
    }

    private async Task<TableAnswer> HandOverAsync(TablePeer peer, TableRequest.HandOver request, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(handOverLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        await using var connection = new TableConnection(tls);
        return await connection.AskAsync(peer, request, either.Token);
    }

    private async Task CheckOwnRowAsync(CancellationToken cancellation)
    {
        if (host() is not { Table.IsFenced: false } silo || view.Current.Own is not { } own)
        {
            // No host, or one that has not joined yet and finds the new master by itself.
            return;
        }

        try
        {
            var (table, term) = await silo.Table.ReadAsync(cancellation);
            var row = table.Find(own);
            if (silo.Table.IsFenced)
            {
                return;
            }

            if (row is null or { Status: SiloStatus.Dead })
            {
                log.Orphaned(row is null ? "absent" : "dead", term);
                rebuilds.Request($"the silo is {(row is null ? "absent" : "dead")} in the table of the new master");
            }
            else
            {
                await silo.RefreshAsync(cancellation);
            }
        }
        catch (Exception) when (silo.Table.IsFenced)
        {
            // The host was taken down meanwhile, in whatever state; the next one finds the new master by itself.
        }
    }
}
