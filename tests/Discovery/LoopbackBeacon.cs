using System.Net;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

/// <summary>A network in memory: what one node sends, all others on it get before Send returns.</summary>
internal sealed class LoopbackBeacon
{
    private readonly List<Port> _ports = [];

    /// <summary>False: the datagram from one port to another is lost.</summary>
    public Func<IPEndPoint, IPEndPoint, bool> Delivers { get; set; } = (_, _) => true;

    /// <summary>Every datagram sent, with where from.</summary>
    public List<(IPEndPoint From, byte[] Datagram)> Sent { get; } = [];

    public Port Open(string address) => new(this, new(IPAddress.Parse(address), 10000));

    internal sealed class Port(LoopbackBeacon network, IPEndPoint endPoint) : IBeaconTransport
    {
        private BeaconReceived? _received;

        public IPEndPoint EndPoint => endPoint;

        public IReadOnlyList<IPAddress> LocalAddresses { get; } = [endPoint.Address];

        public IReadOnlyCollection<IPEndPoint> LastUnicast { get; private set; } = [];

        public IReadOnlyList<LivingPeer> LastKnown { get; private set; } = [];

        public void Start(BeaconReceived received)
        {
            _received = received;
            network._ports.Add(this);
        }

        public void Send(ReadOnlySpan<byte> datagram, IReadOnlyCollection<IPEndPoint> unicast, IEnumerable<LivingPeer> known)
        {
            LastUnicast = unicast;
            LastKnown = [.. known];
            var copy = datagram.ToArray();
            network.Sent.Add((endPoint, copy));
            foreach (var port in network._ports.Where(port => port != this && network.Delivers(endPoint, port.EndPoint)).ToArray())
            {
                port._received!(copy, new(endPoint));
            }
        }

        public void Stop() => network._ports.Remove(this);

        public ValueTask DisposeAsync()
        {
            Stop();
            return ValueTask.CompletedTask;
        }
    }
}
