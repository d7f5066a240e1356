using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using P2PMiner.Security;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Membership;
using P2PMiner.TestKit;

namespace P2PMiner.Membership.Tests;

/// <summary>A node with a real silo in this process, wired as the program wires it: mutual TLS, the proxy, rebuilds.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly int _siloPort = FreePorts.Take();
    private readonly int _gatewayPort = FreePorts.Take();
    private readonly ILoggerFactory _logs;
    private readonly List<IHost> _hosts = [];
    private Task<int> _running = Task.FromResult(0);

    private TestSilo(TestNode node, ILoggerFactory logs) => (Node, _logs) = (node, logs);

    public TestNode Node { get; }

    public int GatewayPort => _gatewayPort;

    /// <summary>How many hosts this node has had.</summary>
    public int Hosts
    {
        get { lock (_hosts) return _hosts.Count; }
    }

    public IServiceProvider Services
    {
        get { lock (_hosts) return _hosts[^1].Services; }
    }

    public SiloAddress Address => Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Active silos in this silo's own view. Empty: it has no view at present.</summary>
    public IReadOnlyList<SiloAddress> Active()
    {
        try
        {
            var members = Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members;
            return members.TryGetValue(Address, out var own) && own.Status == SiloStatus.Active
                ? [.. members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress)] : [];
        }
        catch (ObjectDisposedException)
        {
            return [];
        }
    }

    public static async Task<TestSilo> StartAsync(uint id, ClusterKeyRing ring, ILoggerFactory logs) => new(await TestNode.StartAsync(id, ring, logs), logs);

    /// <summary>Runs the silo; its node must be given a master, or it waits for one.</summary>
    public void Run()
    {
        var loop = new SiloHostLoop(Node.Membership.Rebuilds, Node.Membership.FenceHost, TimeProvider.System, _logs.CreateLogger<SiloHostLoop>());
        _running = Task.Run(() => loop.RunAsync(Build, _stop.Token));
    }

    /// <summary>Ends it as the program's end would.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        Assert.Equal(0, await _running.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>What a crash leaves: the silo is gone without a word, and so is the table port.</summary>
    public async Task CrashAsync()
    {
        Node.Membership.FenceHost();
        await Node.Membership.DisposeAsync();
        var silo = Services.GetRequiredService<IHost>();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await silo.StopAsync(now.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or AggregateException or ObjectDisposedException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        // All silos of a test end at once: nobody is left to say good-bye to.
        Node.Membership.FenceHost();
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
        await Node.DisposeAsync();
        _stop.Dispose();
    }

    // The distributed directory is marked as experimental in Orleans 10; the older one drops activations whose entry was on a dead silo.
#pragma warning disable ORLEANSEXP003
    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(_logs);
        // A test's end shall not wait for silos that are alone by then.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.UseOrleans(silo => silo
            .Configure<SiloOptions>(options => options.SiloName = Node.Id.Short)
            .ConfigureEndpoints(IPAddress.Loopback, _siloPort, _gatewayPort)
            .AddClusterSecurity(Node.Tls, console: null)
            .AddClusterMembership(Node.Membership)
            .AddDistributedGrainDirectory());
        var host = builder.Build();
        lock (_hosts)
        {
            _hosts.Add(host);
        }

        return host;
    }
#pragma warning restore ORLEANSEXP003
}
