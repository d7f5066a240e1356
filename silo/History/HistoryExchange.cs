using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.History;

/// <summary>
/// Gives every node that may be master the whole history: the master asks each node for what that has written of itself, and the others ask the master for all
/// it has. Each asks for what came since it last asked, so that a node which was away, or is new, gets what it missed in the same way, page by page. Where a
/// node becomes master, it asks the others that may be master for what only they know. A worker is asked, and asks nobody.
/// </summary>
internal sealed class HistoryExchange(
    ThisNode node, bool mayBeMaster, Mastership mastership, HistoryStore history, HistoryOptions options, IHistoryPeers peers, TimeProvider clock,
    ILogger<HistoryExchange> log) : BackgroundService
{
    /// <summary>After a minute's end its samples are made and written. The master asks a moment later, and is asked when it has the answers.</summary>
    public static readonly TimeSpan MasterAsksAfter = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan OthersAskAfter = TimeSpan.FromSeconds(15);

    /// <summary>Between two pages of a long past, so that nobody's mining notices.</summary>
    public static readonly TimeSpan BetweenPages = TimeSpan.FromMilliseconds(100);

    /// <summary>Pages of one node in one round: 30 days of 50 nodes take a few rounds.</summary>
    private const int MostPages = 200;

    private const int MostAtOnce = 8;

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    /// <summary>Nodes that were asked for all they have in this term, and the term.</summary>
    private readonly HashSet<NodeId> _askedForAll = [];

    private ulong _term;

    /// <summary>What is due at one moment. Never fails because of another node.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        var view = mastership.Current;
        if (view.Master is not { } master || !mayBeMaster)
        {
            return;
        }

        if (!master.IsSelf)
        {
            await FollowAsync(master.Node, ownOnly: false, cancellation);
            return;
        }

        if (_term != master.Term)
        {
            _askedForAll.Clear();
            _term = master.Term;
        }

        await Parallel.ForEachAsync(view.Peers.Values, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellation },
            async (peer, stop) =>
            {
                bool isFirst;
                lock (_askedForAll)
                {
                    isFirst = peer.Election.MayBeMaster && !_askedForAll.Contains(peer.Node);
                }

                // What it has of others first: its own part of that need not be asked for again.
                if (isFirst && await FollowAsync(peer.Node, ownOnly: false, stop))
                {
                    lock (_askedForAll)
                    {
                        _askedForAll.Add(peer.Node);
                    }
                }

                await FollowAsync(peer.Node, ownOnly: true, stop);
            });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!options.Enabled || !mayBeMaster)
        {
            return;
        }

        try
        {
            while (true)
            {
                await Task.Delay(UntilRound(clock.GetUtcNow(), mastership.Current.Master?.IsSelf == true), clock, stoppingToken);
                await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>Until the next moment that is so long after the beginning of a minute.</summary>
    internal static TimeSpan UntilRound(DateTimeOffset now, bool isMaster)
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(HistoryStep.Minute.BucketOf(now.ToUnixTimeSeconds()));
        var due = start + (isMaster ? MasterAsksAfter : OthersAskAfter);
        return (due > now ? due : due + HistoryStep.Minute.Length()) - now;
    }

    /// <returns>True: all that the node had is here.</returns>
    private async Task<bool> FollowAsync(NodeId server, bool ownOnly, CancellationToken cancellation)
    {
        if (server == node.Id)
        {
            return true;
        }

        try
        {
            for (var pages = 0; pages < MostPages; pages++)
            {
                if (await history.NextAskAsync(server, ownOnly) is not { } ask)
                {
                    return false;
                }

                var page = await peers.ReadAsync(server, ask, cancellation).WaitAsync(AnswersWithin, clock, cancellation);
                if (page.Store == 0)
                {
                    return true;
                }

                if (!await history.HearAsync(server, ask, page))
                {
                    return false;
                }

                if (!page.HasMore)
                {
                    return true;
                }

                await Task.Delay(BetweenPages, clock, cancellation);
            }
        }
        catch (Exception silent) when (silent is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            log.NoHistory(server.Short, CallFailure.Brief(silent));
        }

        return false;
    }
}
