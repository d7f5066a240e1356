using Microsoft.Extensions.Options;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Hosting;

/// <summary>Once the silo runs: opens the pool session, unless this node is a worker, and puts this node to work; on the way out, takes it off again.</summary>
internal sealed class MiningStart(IGrainFactory grains, ThisNode node, IOptions<NodeOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // First the session: with it the job grain is placed on the node that talks to the pool.
        if (options.Value is { Mode: not NodeMode.Worker, Connect: null })
        {
            await grains.GetGrain<IPoolSessionGrain>(MiningSession.Main).StartAsync();
        }

        await grains.GetGrain<IPeerGrain>(node.Id.ToString()).StartAsync(MiningSession.Main);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await grains.GetGrain<IPeerGrain>(node.Id.ToString()).PauseAsync();
        await grains.GetGrain<IJobGrain>(MiningSession.Main).LeaveAsync(node.Id);
    }
}
