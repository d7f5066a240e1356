using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using P2PMiner.Doctor;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Doctor;

/// <summary>Asks the node that runs with a data folder about itself, through its gateway and with the cluster key, as p2p-console does.</summary>
internal static class RunningNode
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PeerAnswersWithin = TimeSpan.FromSeconds(2);

    /// <summary>The node's report, and the versions of the others in its cluster, as far as they answer.</summary>
    /// <exception cref="ClusterKeyException">The key cannot be read.</exception>
    /// <exception cref="OrleansException">The node does not answer; so <see cref="TimeoutException"/> and <see cref="OperationCanceledException"/>.</exception>
    /// <exception cref="WireValueException">It answers nonsense.</exception>
    /// <exception cref="ArgumentException">It is of a version without a doctor, and so are the others.</exception>
    public static async Task<(NodeReport Report, IReadOnlyList<(NodeId Node, string Version)> Others)> AskAsync(
        Examination given, NodeId node, CancellationToken cancellation)
    {
        var ring = new ClusterKeyFile(given.DataFolder!, TimeProvider.System).Load();
        var bind = given.Node.GetBindAddress();
        using var client = Build(
            given.Note?.Gateway ?? new(BeaconNetwork.IsAny(bind) ? IPAddress.Loopback : bind, given.Node.GetGatewayPort()), ring);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ConnectWithin);
        await client.StartAsync(limit.Token).WaitAsync(limit.Token);
        try
        {
            var grains = client.Services.GetRequiredService<IClusterClient>();
            var report = await grains.GetGrain<INodeDoctorGrain>(node.ToString()).ExamineAsync().WaitAsync(cancellation);
            return (report, await VersionsAsync(grains, node, report.Master));
        }
        finally
        {
            using var stop = new CancellationTokenSource(PeerAnswersWithin);
            await client.StopAsync(stop.Token);
        }
    }

    private static async Task<IReadOnlyList<(NodeId, string)>> VersionsAsync(IGrainFactory grains, NodeId own, NodeId? master)
    {
        if (master is not { } session)
        {
            return [];
        }

        try
        {
            var job = await grains.GetGrain<IJobGrain>(session.ToString()).GetStatusAsync();
            var asked = job.Nodes.Where(other => !other.Gone && other.Node != own).Select(async other =>
            {
                try
                {
                    var status = await grains.GetGrain<IPeerGrain>(other.Node.ToString()).GetStatusAsync().AsTask().WaitAsync(PeerAnswersWithin);
                    return ((NodeId, string)?)(other.Node, status.Capabilities.Version.Split('+')[0]);
                }
                catch (Exception silent) when (silent is TimeoutException or OrleansException)
                {
                    return null;
                }
            });
            return [.. (await Task.WhenAll(asked)).OfType<(NodeId, string)>()];
        }
        catch (Exception silent) when (silent is TimeoutException or OrleansException)
        {
            return [];
        }
    }

    private static IHost Build(IPEndPoint gateway, ClusterKeyRing ring)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "p2p-miner", ContentRootPath = AppContext.BaseDirectory });
        builder.UseOrleansClient(client => client
            .UseStaticClustering(gateway)
            .AddClusterSecurity(new MutualTls(
                new NodeCertificates(NodeId.NewRandom(), ring, TimeProvider.System), ring, TimeProvider.System, NullLogger<MutualTls>.Instance))
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterName.Orleans)
            .AddOutgoingGrainCallFilter<WireGate>());
        return builder.Build();
    }
}
