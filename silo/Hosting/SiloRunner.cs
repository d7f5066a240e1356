using System.Net;
using Microsoft.Extensions.Options;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Hosting;

/// <summary>Runs the silo's host, and another after it as long as the cluster wants one; its end is the end of the program.</summary>
internal sealed class SiloRunner(
    IServiceProvider node, IConfiguration configuration, ClusterMembership membership, IOptions<MembershipOptions> options, IOptions<NodeOptions> nodeOptions,
    IHostApplicationLifetime application, TimeProvider clock, ILogger<SiloHostLoop> log) : BackgroundService
{
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Exit code of the program; fails with the reason why the silo could not start.</summary>
    public Task<int> Ended => _ended.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Starting a silo is work of a second or so: not on the thread that starts the program's other parts.
            await Task.Yield();
            if (options.Value.Provider == MembershipProvider.PostgreSql)
            {
                await PostgreSqlSchema.EnsureAsync(options.Value.ConnectionString!, stoppingToken);
            }
            else
            {
                await membership.StartAsync(new IPEndPoint(nodeOptions.Value.GetBindAddress(), options.Value.GetPort(nodeOptions.Value.Port)), stoppingToken);
            }

            var loop = new SiloHostLoop(membership.Rebuilds, membership.FenceHost, clock, log);
            _ended.TrySetResult(await loop.RunAsync(() => SiloNode.Build(node, configuration), stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _ended.TrySetResult(0);
        }
        catch (Exception error)
        {
            _ended.TrySetException(error);
        }
        finally
        {
            application.StopApplication();
        }
    }
}
