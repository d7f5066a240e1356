using System.Net;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// This node's share in the membership table on the elected master: file, table port and coordinator. Lives as long as the process; the
/// silo hosts come and go, one at a time, and get their tables here.
/// </summary>
internal sealed class ClusterMembership : IAsyncDisposable
{
    private readonly Mastership _mastership;
    private readonly MutualTls _tls;
    private readonly AnswerBeacon _beacons;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _logs;
    private readonly ServiceProvider _services;
    private readonly SqliteMembershipTable _table;
    private readonly TableServer _server;
    private readonly SiloView _view = new();
    private readonly CancellationTokenSource _stop = new();
    private TableListener? _listener;
    private Task _coordinating = Task.CompletedTask;
    private volatile SiloHost? _host;
    private bool _isDisposed;

    /// <param name="dataFolder">Where the table's file is; made when missing.</param>
    /// <param name="clusterId">Public name of the key. What the file holds is that cluster's: under another it counts from 0 again.</param>
    public ClusterMembership(
        string dataFolder, string clusterId, Mastership mastership, MutualTls tls, AnswerBeacon beacons, TimeProvider clock, ILoggerFactory logs)
    {
        (_mastership, _tls, _beacons, _clock, _logs) = (mastership, tls, beacons, clock, logs);
        _services = new ServiceCollection().AddSingleton(logs).AddSingleton(typeof(ILogger<>), typeof(Logger<>)).BuildServiceProvider();
        _table = new(new DataStore(dataFolder), clusterId, _services, clock, logs.CreateLogger<SqliteMembershipTable>());
        _server = new(_table, _view, mastership, logs.CreateLogger<TableServer>());
        Rebuilds = new(clock, logs.CreateLogger<HostRebuilds>());
    }

    /// <summary>
    /// A peer that has not handed its table over by then is left out; its silo rejoins later. The surviving nodes wait for this, so it is
    /// short. Default 1.5 s.
    /// </summary>
    public TimeSpan HandOverLimit { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Says when the silo's host has to be replaced; see <see cref="SiloHostLoop"/>.</summary>
    public HostRebuilds Rebuilds { get; }

    /// <summary>Opens the table port and follows the election from now on. To be called once, before the first silo host starts.</summary>
    /// <returns>Where the port is.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The port is in use, or the address is not one of this machine.</exception>
    public async Task<IPEndPoint> StartAsync(IPEndPoint tablePort, CancellationToken cancellation)
    {
        await _table.InitializeMembershipTableAsync(true, cancellation);
        _listener = new(tablePort, _tls, _server, _beacons, _clock, _logs.CreateLogger<TableListener>());
        var coordinator = new MembershipCoordinator(
            _mastership, _server, _view, _tls, Rebuilds, () => _host, HandOverLimit, _clock, _logs.CreateLogger<MembershipCoordinator>());
        _coordinating = coordinator.RunAsync(_stop.Token);
        return _listener.EndPoint;
    }

    /// <summary>The table for a new silo host, and from now on that host is this node's.</summary>
    /// <param name="services">Of that host.</param>
    public ProxyMembershipTable OpenTable(IServiceProvider services)
    {
        FenceHost();
        var master = new PresentMaster(_mastership, _server, _tls, _view, _clock, _logs.CreateLogger<PresentMaster>());
        var table = new ProxyMembershipTable(master, _view, services.GetService<ILocalSiloDetails>() is { } self ? WireSilo.Of(self.SiloAddress) : null);
        _host = new(table, services);
        return table;
    }

    /// <summary>
    /// Cuts the current host off from the table. To be called before it is stopped for a rebuild, not before the process ends.
    /// </summary>
    public void FenceHost()
    {
        _host?.Table.Fence();
        _view.ForgetOwn();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stop.CancelAsync();
        await _coordinating;
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        FenceHost();
        _server.Dispose();
        await _services.DisposeAsync();
        _stop.Dispose();
    }
}
