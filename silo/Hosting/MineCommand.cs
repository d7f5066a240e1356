using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;
using P2PMiner.Native;
using P2PMiner.Security;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Service;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Hosting;

/// <summary>Mines until it is told to stop.</summary>
internal static class MineCommand
{
    /// <summary>A longer limit would keep a person waiting after Ctrl-C; within it the grains hand in what they have.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    /// <returns>0 after a clean stop; 75 when the program should be started again.</returns>
    /// <exception cref="IOException">A port is in use.</exception>
    /// <exception cref="HashEngineException">The algorithm is not available, or its self-test failed, now or while mining: this node must not mine.</exception>
    /// <exception cref="ConfigurationException">Settings contradict each other, or name something that cannot be used.</exception>
    public static async Task<int> RunAsync(SettingsSource settings, ProgramIo io, CancellationToken cancellation)
    {
        var configuration = settings.InEffect;
        using var options = MinerOptions.Bind(configuration);
        var node = options.GetRequiredService<IOptions<NodeOptions>>().Value;
        var web = options.GetRequiredService<IOptions<WebOptions>>().Value;
        var tls = WebTls.Load(web);
        PortCheck.RequireFree(node, options.GetRequiredService<IOptions<MembershipOptions>>().Value, web);
        using var folder = Take(new DataStore(node.GetDataFolder()));
        var identity = NodeIdentity.LoadOrCreate(node.GetDataFolder());
        var key = ClusterAccess.Open(node.GetDataFolder());
        SelfTest.Run(node.GetAlgorithm());

        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "p2p-miner", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Services
            .AddMinerOptions()
            .AddMinerLogging(options.GetRequiredService<IOptions<OutputOptions>>().Value, new Screen(io.Out, io.Screen))
            .AddSingleton<IHostLifetime, MinerLifetime>()
            .AddSingleton(settings)
            .AddSingleton<ISystemdNotifier, SystemdNotifier>()
            .AddSingleton(provider => new ServiceManager(
                provider.GetRequiredService<ISystemdNotifier>(), ServiceManager.HasStarted(io.Environment, ServiceManager.HasTerminal),
                provider.GetRequiredService<ILogger<ServiceManager>>()))
            .Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin)
            .AddSingleton(provider => new ConsoleSocket(
                ConsoleSocket.PathOfService(io.Environment), node.GetGatewayPort(), TimeProvider.System,
                provider.GetRequiredService<ILogger<ConsoleSocket>>()))
            .AddMinerConsole(io)
            .AddNode(node, new(identity), key, tls);
        using var host = builder.Build();
        var silos = host.Services.GetRequiredService<SiloRunner>();
        var faults = host.Services.GetRequiredService<NodeFaults>();
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || cancellation.IsCancellationRequested)
        {
            // It was told to stop while it was starting.
        }

        if (faults.First is { } fault)
        {
            throw new HashSelfTestException($"this node computes wrong hashes: {fault}");
        }

        // If the silo never began, or was cut off at the limit, how it ended means nothing.
        return silos.Ended.IsCompleted ? await silos.Ended : 0;
    }

    /// <summary>Two nodes in one folder would have the same id, and each would overwrite the other's files.</summary>
    private static IDisposable Take(DataStore data)
    {
        try
        {
            return data.Lock();
        }
        catch (DataFileException error)
        {
            throw new ConfigurationException($"Node:Data: {error.Message}");
        }
    }
}
