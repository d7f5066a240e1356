using System.Net;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Silo.Hosting;

/// <summary>Carries what the election decides to those who act on it: the membership table and the session.</summary>
internal sealed class MasterFollower(
    DiscoveryService discovery, MasterStates masters, DiscoveryNode node, ILogger<MasterFollower> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var told = default(MasterState);
            await foreach (var view in discovery.WatchAsync(stoppingToken))
            {
                var state = StateOf(view);
                masters.Publish(state ?? masters.Current, [.. view.Peers.Values.Where(peer => peer.Ports.Table != 0).Select(TablePeerOf)]);
                if (state is not null && (told is null || state.Node != told.Node))
                {
                    told = state;
                    Tell(state);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>Null: none is known now. What counted before goes on until there is: an election takes a moment.</summary>
    private MasterState? StateOf(MasterView view) => view.Decision switch
    {
        { Role: MasterRole.Master, Term: var term } => new(term, node.Id, new(Reachable(node.Bind), node.Ports.Table), IsSelf: true),
        { Role: MasterRole.Following, Term: var term } when view.Master is { } master => new(term, master.Node, TablePeerOf(master).TablePort, IsSelf: false),
        _ => null,
    };

    private static TablePeer TablePeerOf(LivingPeer peer) => new(peer.Node, new(peer.Addresses[0], peer.Ports.Table));

    private static IPAddress Reachable(IPAddress bind) => BeaconNetwork.IsAny(bind) ? IPAddress.Loopback : bind;

    private void Tell(MasterState state)
    {
        if (state.IsSelf)
        {
            log.Leading(state.Term);
        }
        else
        {
            log.Following(state.Node.Short, state.TablePort.Address, state.Term);
        }
    }
}
