using System.Net;
using Microsoft.Extensions.Options;
using P2PMiner.Native;
using P2PMiner.Silo.Output;

namespace P2PMiner.Silo.Hosting;

/// <summary>Mines until it is told to stop.</summary>
internal static class MineCommand
{
    /// <summary>Longer would keep a person waiting after Ctrl-C; the grains hand in what they have within it.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    /// <returns>0 after a clean stop.</returns>
    /// <exception cref="IOException">A port is in use.</exception>
    /// <exception cref="HashEngineException">The algorithm is not available, or its self-test failed: this node must not mine.</exception>
    /// <exception cref="ConfigurationException">Settings contradict each other, or name what cannot be used.</exception>
    public static async Task<int> RunAsync(IConfigurationRoot configuration, ProgramIo io, CancellationToken cancellation)
    {
        using var options = MinerOptions.Bind(configuration);
        var node = options.GetRequiredService<IOptions<NodeOptions>>().Value;
        var output = options.GetRequiredService<IOptions<OutputOptions>>().Value;
        PortCheck.RequireFree(node);
        var identity = NodeIdentity.LoadOrCreate(DataFolder.Of(node));
        SelfTest.Run(node.GetAlgorithm());

        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "p2p-miner", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Services
            .AddMinerOptions()
            .AddMinerLogging(output, new Screen(io.Out, io.Screen))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new ThisNode(identity))
            .AddSingleton<IHostLifetime, MinerLifetime>()
            .Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin)
            .AddMinerConsole(io);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, node.HttpPort));
        builder.Services.AddRoutingCore();
        builder.AddMiner(node, new ThisNode(identity));

        await using var app = builder.Build();
        app.MapStatusPage();
        app.MapDashboard();
        // Taken now: the host is gone by the time they are asked.
        var (started, stopping) = (app.Lifetime.ApplicationStarted, app.Lifetime.ApplicationStopping);
        try
        {
            await app.RunAsync(cancellation);
        }
        catch (Exception) when (!started.IsCancellationRequested && (stopping.IsCancellationRequested || cancellation.IsCancellationRequested))
        {
            // Told to stop while it was starting; how the start failed then does not matter.
        }

        return 0;
    }
}
