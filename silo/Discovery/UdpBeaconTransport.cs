using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Beacons over UDP: directed broadcast and multicast (TTL 1) on each suitable interface, IPv6 multicast where there is IPv6, unicast to
/// the nodes named. Several silos of one machine share the port and meet by broadcast on the loopback; unicast to a shared port reaches
/// only one of them, so silos that must be reached by unicast need ports of their own.
/// </summary>
internal sealed class UdpBeaconTransport : IBeaconTransport
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookForStop = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);

    /// <summary>More than any beacon: what fills it was too long.</summary>
    private const int BufferBytes = 2048;

    private readonly DiscoveryOptions _options;
    private readonly DiscoveryNode _node;
    private readonly TimeProvider _clock;
    private readonly ILogger<UdpBeaconTransport> _log;
    private readonly BeaconSources _failures;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<BeaconSocket> _sockets = [];
    private readonly List<Task> _loops = [];
    private IReadOnlyList<BeaconInterface> _interfaces = [];
    private volatile IReadOnlyList<IPAddress> _addresses = [];
    private HashSet<IPAddress> _own = [];
    private TimeSpan _lookedAt;
    private volatile bool _changed;

    public UdpBeaconTransport(IOptions<DiscoveryOptions> options, DiscoveryNode node, TimeProvider clock, ILogger<UdpBeaconTransport> log)
    {
        _options = options.Value;
        _node = node;
        _clock = clock;
        _log = log;
        _failures = new(clock);
    }

    public IReadOnlyList<IPAddress> LocalAddresses => _addresses;

    public void Start(BeaconReceived received)
    {
        lock (_gate)
        {
            var v4 = Open(IPAddress.Parse(_options.MulticastGroup));
            Open(IPAddress.Parse(_options.MulticastGroupV6));
            if (_sockets.Count == 0)
            {
                throw v4!;
            }

            Look();
            _log.Listening(_options.Port, _node.Id.Short, Names());
            _loops.AddRange(_sockets.Select(socket => Task.Factory.StartNew(() => Receive(socket, received), TaskCreationOptions.LongRunning)));
        }

        NetworkChange.NetworkAddressChanged += OnNetworkChanged;
    }

    public void Send(ReadOnlySpan<byte> datagram, IReadOnlyCollection<IPEndPoint> unicast, IEnumerable<LivingPeer> known)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            if (_changed || Now - _lookedAt >= LookAgain)
            {
                Look();
            }

            foreach (var socket in _sockets)
            {
                foreach (var nic in _interfaces.Where(nic => Uses(socket, nic)))
                {
                    SendOn(nic, socket, datagram);
                }

                foreach (var target in unicast.Where(target => target.AddressFamily == socket.Family && !IsSelf(target)))
                {
                    Send(socket, datagram, target);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        NetworkChange.NetworkAddressChanged -= OnNetworkChanged;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _stop.Cancel();
        }

        await Task.WhenAll(_loops);
        _sockets.ForEach(socket => socket.Dispose());
    }

    private TimeSpan Now => _clock.GetElapsedTime(0);

    private static bool Uses(BeaconSocket socket, BeaconInterface nic) => socket.Family == AddressFamily.InterNetwork ? nic.HasV4 : nic.HasV6;

    private void OnNetworkChanged(object? sender, EventArgs e) => _changed = true;

    private SocketException? Open(IPAddress group)
    {
        try
        {
            _sockets.Add(new BeaconSocket(group, _options.Port));
            return null;
        }
        catch (SocketException error)
        {
            _log.SocketFailed(group.AddressFamily, error.Message);
            return error;
        }
    }

    private void SendOn(BeaconInterface nic, BeaconSocket socket, ReadOnlySpan<byte> datagram)
    {
        try
        {
            // Linux sends multicast on the loopback from another interface's address; broadcast there comes from 127.0.0.1, as it should.
            if (!nic.IsLoopback)
            {
                socket.Multicast(datagram, nic.Index);
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // For a second or two after an interface comes up its IPv6 address is still being checked for a double; the next beat may do.
        }
        catch (SocketException error)
        {
            Failed(nic.Addresses.FirstOrDefault() ?? IPAddress.None, error);
        }

        if (socket.Family == AddressFamily.InterNetwork)
        {
            foreach (var broadcast in nic.Broadcasts)
            {
                Send(socket, datagram, new(broadcast, _options.Port));
            }
        }
    }

    private void Send(BeaconSocket socket, ReadOnlySpan<byte> datagram, IPEndPoint target)
    {
        try
        {
            socket.Send(datagram, target);
        }
        catch (SocketException error)
        {
            Failed(target.Address, error);
        }
    }

    private void Failed(IPAddress target, SocketException error)
    {
        if (_failures.MayLog(target, out var leftOut))
        {
            _log.SendFailed(target, error.Message, leftOut);
        }
    }

    /// <summary>The port is shared, so what goes there would come back to one of the silos here, which all hear the multicast already.</summary>
    private bool IsSelf(IPEndPoint target) => target.Port == _options.Port && (IPAddress.IsLoopback(target.Address) || _own.Contains(target.Address));

    private void Look()
    {
        _changed = false;
        _lookedAt = Now;
        var before = Names();
        try
        {
            _interfaces = BeaconNetwork.Read(_node.Bind);
        }
        catch (Exception error) when (BeaconNetwork.IsUntold(error))
        {
            if (_failures.MayLog(IPAddress.None, out _))
            {
                _log.InterfacesUnreadable(error.Message);
            }

            return;
        }

        foreach (var socket in _sockets)
        {
            socket.Join([.. _interfaces.Where(nic => Uses(socket, nic) && !nic.IsLoopback).Select(nic => nic.Index)]);
        }

        _own = [.. _interfaces.SelectMany(nic => nic.Addresses)];
        var addresses = BeaconNetwork.Announced(_interfaces, _node.Bind);
        if (!addresses.SequenceEqual(_addresses))
        {
            _addresses = addresses;
        }

        if (Names() is var after && after != before)
        {
            _log.InterfacesChanged(after);
        }
    }

    private string Names() => string.Join(", ", _interfaces.Select(nic => nic.Name));

    /// <summary>
    /// On a thread of its own, in the plainest way: under a flood the socket is never empty, and a thread of the pool would be kept from everything else, or be
    /// late and let the socket's buffer overflow.
    /// </summary>
    private void Receive(BeaconSocket socket, BeaconReceived received)
    {
        var buffer = new byte[BufferBytes];
        var onlyLoopback = IPAddress.IsLoopback(_node.Bind);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (socket.TryReceive(buffer, LookForStop, out var bytes, out var source) && (!onlyLoopback || IPAddress.IsLoopback(source.Address)))
                {
                    received(buffer.AsSpan(0, bytes), new(source));
                }
            }
            catch (SocketException error)
            {
                // An interface that goes down while it is read; reading goes on.
                Failed(IPAddress.Any, error);
                _stop.Token.WaitHandle.WaitOne(AfterFailure);
            }
            catch (Exception error)
            {
                // Without its reader the node hears nobody; the next datagram may do.
                if (_failures.MayLog(IPAddress.Broadcast, out _))
                {
                    _log.RoundFailed(error);
                }
            }
        }
    }
}
