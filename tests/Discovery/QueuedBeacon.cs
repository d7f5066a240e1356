using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

/// <summary>A network in memory for nodes that run on threads of their own: what one sends, all others on it get soon after, one datagram at a time.</summary>
internal sealed class QueuedBeacon : IAsyncDisposable
{
    private readonly Channel<(Port From, byte[] Datagram)> _sent = Channel.CreateUnbounded<(Port, byte[])>();
    private readonly Task _delivering;
    private ImmutableList<Port> _ports = [];

    public QueuedBeacon() => _delivering = DeliverAsync();

    public Port Open(string address) => new(this, new(IPAddress.Parse(address), 10000));

    public async ValueTask DisposeAsync()
    {
        _sent.Writer.Complete();
        await _delivering;
    }

    private async Task DeliverAsync()
    {
        await foreach (var (from, datagram) in _sent.Reader.ReadAllAsync())
        {
            foreach (var port in _ports.Where(port => port != from && _ports.Contains(from)))
            {
                port.Receive(datagram, from.EndPoint);
            }
        }
    }

    internal sealed class Port(QueuedBeacon network, IPEndPoint endPoint) : IBeaconTransport
    {
        private BeaconReceived? _received;

        public IPEndPoint EndPoint => endPoint;

        public IReadOnlyList<IPAddress> LocalAddresses { get; } = [endPoint.Address];

        public void Start(BeaconReceived received)
        {
            _received = received;
            ImmutableInterlocked.Update(ref network._ports, ports => ports.Add(this));
        }

        public void Send(ReadOnlySpan<byte> datagram, IReadOnlyCollection<IPEndPoint> unicast, IEnumerable<LivingPeer> known)
            => network._sent.Writer.TryWrite((this, datagram.ToArray()));

        public void Receive(byte[] datagram, IPEndPoint from) => _received!(datagram, new(from));

        public ValueTask DisposeAsync()
        {
            ImmutableInterlocked.Update(ref network._ports, ports => ports.Remove(this));
            return ValueTask.CompletedTask;
        }
    }
}
