using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using P2PMiner.Grains.Pool;
using P2PMiner.Native;
using P2PMiner.Silo.Hosting;

namespace P2PMiner.Silo.Output;

/// <summary>Prints the banner before anything else starts, and the web address once it listens.</summary>
internal sealed class MinerGreeting(
    IOptions<NodeOptions> node, IOptions<PoolOptions> pool, IOptions<HashEngineOptions> hashing, ThisNode identity, IServer server,
    ProgramIo io, ILogger<MinerGreeting> log) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellation)
    {
        var machine = HostCapabilities.Detect(node.Value.GetAlgorithm(), hashing.Value);
        foreach (var line in Banner.Lines(machine, HugePages.Read(), node.Value, pool.Value, identity))
        {
            log.Line(line);
        }

        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellation)
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            log.Line($"{"WEB",-12} {address}");
        }

        if (io.Keys)
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
