using Microsoft.Extensions.Options;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Terminal;

/// <summary>Prints the banner before anything else starts.</summary>
internal sealed class MinerGreeting(
    IOptions<NodeOptions> node, IOptions<PoolOptions> pool, IOptions<HashEngineOptions> hashing, ThisNode identity, ClusterAccess access,
    LaneFile lanes, ProgramIo io, ILogger<MinerGreeting> log) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellation)
    {
        var algorithm = node.Value.GetAlgorithm();
        var machine = HostCapabilities.Detect(algorithm, hashing.Value);
        var pads = algorithm == Algorithm.GhostRider ? GhostRiderPlan.Describe(hashing.Value, lanes, log) : null;
        foreach (var line in Banner.Lines(machine, HugePages.Read(), node.Value, pool.Value, identity, access, pads))
        {
            log.Line(line);
        }

        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellation)
    {
        if (io.Terminal is not null)
        {
            log.Line($"{"KEYS",-12} h hashrate, p pause, r resume, s results, c connection, Ctrl-C stop");
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellation)
    {
        log.Line("stopping");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellation) => Task.CompletedTask;
}
