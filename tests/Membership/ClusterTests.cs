using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Membership.Tests;

/// <summary>Real silos on loopback, wired as the program wires them; the test plays the election.</summary>
public sealed class ClusterTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly ClusterKeyRing _ring = new(ClusterKey.NewRandom(), TimeProvider.System);
    private readonly List<TestSilo> _silos = [];
    private readonly ILoggerFactory _logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning)
        .AddFilter("P2PMiner", LogLevel.Information).AddProvider(new OutputLog(output)));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        _logs.Dispose();
    }

    [Fact]
    public async Task Silos_OneMaster_FormOneClusterOverTls()
    {
        await StartAsync(3);
        Elect(1, _silos[0], _silos);
        RunAll();
        await OneClusterAsync(_silos);

        // A console comes in through a gateway, with the key; without it, it does not.
        await using var console = await ConnectAsync(_silos[1], _ring);
        Assert.Equal(1, await Grains(console).GetGrain<ICounterGrain>(77).NextAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(_silos[1], new(ClusterKey.NewRandom(), TimeProvider.System)));
        Assert.Equal(2, await Grains(console).GetGrain<ICounterGrain>(77).NextAsync());
    }

    [Fact]
    public async Task MasterGone_Survivors_KeepTheirActivationsAndDeclareItDead()
    {
        await StartAsync(3);
        Elect(1, _silos[0], _silos);
        RunAll();
        await OneClusterAsync(_silos);
        var dead = _silos[0].Address;
        var kept = await ActivateAsync(_silos[1]);
        var survivors = _silos[1..];

        await _silos[0].CrashAsync();
        Elect(2, _silos[1], survivors);
        await OneClusterAsync(survivors);
        // Ended in this process, it may have told them that it is shutting down before it fell silent.
        var view = survivors[1].Services.GetRequiredService<IClusterMembershipService>();
        await WaitAsync(() => view.CurrentSnapshot.Members[dead].Status == SiloStatus.Dead, "the lost silo is declared dead");
        Assert.All(survivors, silo => Assert.Equal(1, silo.Hosts));
        foreach (var (key, where) in kept.Where(activation => !activation.Where.Equals(dead)))
        {
            Assert.Equal(where, await survivors[0].Grains.GetGrain<ICounterGrain>(key).WhereAsync());
            Assert.Equal(2, await survivors[0].Grains.GetGrain<ICounterGrain>(key).NextAsync());
        }
    }

    [Fact]
    public async Task MasterChanges_AllAlive_NobodyIsLost()
    {
        await StartAsync(3);
        Elect(1, _silos[2], _silos);
        RunAll();
        await OneClusterAsync(_silos);
        var kept = await ActivateAsync(_silos[1]);

        // A node with a smaller id was elected; then the first one again.
        Elect(2, _silos[0], _silos);
        await TableVersionAsync(_silos[1]);
        Elect(3, _silos[2], _silos);
        await TableVersionAsync(_silos[1]);
        await OneClusterAsync(_silos);
        Assert.All(_silos, silo => Assert.Equal(1, silo.Hosts));
        foreach (var (key, where) in kept)
        {
            Assert.Equal(where, await _silos[0].Grains.GetGrain<ICounterGrain>(key).WhereAsync());
            Assert.Equal(2, await _silos[0].Grains.GetGrain<ICounterGrain>(key).NextAsync());
        }
    }

    [Fact]
    public async Task SiloGivenUpByItsCluster_Rejoins_InTheSameProcess()
    {
        await StartAsync(3);
        Elect(1, _silos[0], _silos);
        RunAll();
        await OneClusterAsync(_silos);
        Assert.All(_silos, silo => Assert.Equal(1, silo.Hosts));
        var before = _silos[2].Address;

        // As after a partition: the others have declared it dead, and it learns of that.
        Assert.True(await _silos[0].Services.GetRequiredService<IClusterMembershipService>().TryKill(before));
        await WaitAsync(() => _silos[2].Hosts == 2, "the silo gets a new host");
        await OneClusterAsync(_silos);
        Assert.NotEqual(before, _silos[2].Address);
        Assert.Equal(1, _silos[2].Node.Membership.Rebuilds.Count);
        Assert.Equal(1, _silos[0].Hosts);
    }

    [Fact]
    public async Task Stop_NoMasterEver_EndsWhileStillStarting()
    {
        await StartAsync(1);
        RunAll();
        await WaitAsync(() => _silos[0].Hosts == 1, "the host is built");
        await _silos[0].StopAsync();
    }

    [Fact]
    public async Task TwoClustersOfOneKey_OneMasterYields_BecomeOne()
    {
        await StartAsync(4);
        Elect(1, _silos[0], _silos[..2]);
        Elect(1, _silos[2], _silos[2..]);
        RunAll();
        await OneClusterAsync(_silos[..2]);
        await OneClusterAsync(_silos[2..]);

        Elect(2, _silos[0], _silos);
        await OneClusterAsync(_silos);
    }

    private async Task StartAsync(int silos)
    {
        for (uint id = 1; id <= silos; id++)
        {
            _silos.Add(await TestSilo.StartAsync(id, _ring, _logs));
        }
    }

    private void RunAll() => _silos.ForEach(silo => silo.Run());

    private static void Elect(ulong term, TestSilo master, IReadOnlyCollection<TestSilo> living)
    {
        foreach (var silo in living)
        {
            silo.Node.Elect(term, master.Node, living.Select(other => other.Node));
        }
    }

    private static Task OneClusterAsync(IReadOnlyCollection<TestSilo> silos) => WaitAsync(
        () => silos.All(silo => silo.Hosts > 0)
            && silos.All(silo => silo.Active() is var active && active.Count == silos.Count && silos.All(other => active.Contains(other.Address))),
        $"{silos.Count} silos see each other and nobody else");

    /// <summary>Until the silo has read a table of the master elected last.</summary>
    private static Task<MembershipTableData> TableVersionAsync(TestSilo silo)
        => silo.Services.GetRequiredService<IMembershipTable>().ReadAllAsync().WaitAsync(Limit);

    private static async Task<IReadOnlyList<(int Key, SiloAddress Where)>> ActivateAsync(TestSilo from)
    {
        var activations = new List<(int, SiloAddress)>();
        for (var key = 0; key < 30; key++)
        {
            var grain = from.Grains.GetGrain<ICounterGrain>(key);
            Assert.Equal(1, await grain.NextAsync());
            activations.Add((key, await grain.WhereAsync()));
        }

        return activations;
    }

    private static IGrainFactory Grains(Connected console) => console.Host.Services.GetRequiredService<IGrainFactory>();

    private static async Task<Connected> ConnectAsync(TestSilo gateway, ClusterKeyRing ring)
    {
        var tls = new MutualTls(new(new(99), ring, TimeProvider.System), ring, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<MutualTls>.Instance);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gateway.GatewayPort))
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterName.Orleans)
            .AddClusterSecurity(tls));
        var host = new Connected(builder.Build());
        try
        {
            await host.Host.StartAsync().WaitAsync(TimeSpan.FromSeconds(15));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    private static Task WaitAsync(Func<bool> condition, string step) => Eventually.HoldsAsync(condition, step, Limit);

    private sealed class Connected(IHost host) : IAsyncDisposable
    {
        public IHost Host => host;

        public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();
    }

    private sealed class OutputLog(ITestOutputHelper output) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(categoryName, output);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ITestOutputHelper output) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                try
                {
                    output.WriteLine($"{TimeProvider.System.GetUtcNow():ss.fff} {logLevel} {name}: {formatter(state, exception)} {exception?.GetType().Name} {exception?.Message}");
                }
                catch (InvalidOperationException)
                {
                    // A silo that is still stopping after its test.
                }
            }
        }
    }
}
