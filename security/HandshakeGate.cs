using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Security;

/// <summary>
/// Bounds the handshakes that others have begun and not finished, because each holds about 75 KB. A newcomer is always let in; if there is
/// no room, the oldest handshake of its own address gives way, or the oldest of the address with the most. A member finishes within
/// milliseconds, so an old handshake belongs to someone who only holds a connection open. So a member gets in even from the address of a
/// stranger who keeps coming, such as that of the router in front of both. Thread-safe.
/// </summary>
/// <param name="most">For all addresses together.</param>
/// <param name="mostOfOne">For one address; with IPv6 for one /64, because one machine can have all its addresses.</param>
internal sealed class HandshakeGate(int most, int mostOfOne)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, LinkedList<Handshake>> _sources = [];
    private long _begun;
    private int _open;

    /// <summary>Number of handshakes in progress.</summary>
    public int Open
    {
        get { lock (_lock) return _open; }
    }

    /// <param name="giveWay">
    /// Ends the handshake; called at most once, possibly after it has ended by itself, on the newcomer's thread.
    /// </param>
    /// <returns>Must be disposed when the handshake has ended.</returns>
    public Handshake Enter(EndPoint? peer, Action giveWay)
    {
        Handshake? oldest = null;
        Handshake handshake;
        lock (_lock)
        {
            var source = SourceOf(peer);
            if (_sources.GetValueOrDefault(source) is { } others && others.Count >= mostOfOne)
            {
                oldest = others.First!.Value;
            }
            else if (_open >= most)
            {
                oldest = Oldest();
            }

            if (oldest is not null)
            {
                Leave(oldest);
            }

            if (!_sources.TryGetValue(source, out var own))
            {
                _sources[source] = own = [];
            }

            handshake = new(this, source, _begun++, giveWay);
            own.AddLast(handshake.Place);
            _open++;
        }

        oldest?.GiveWay();
        return handshake;
    }

    /// <summary>Makes the oldest give way without a newcomer.</summary>
    public void EndOldest()
    {
        Handshake? oldest;
        lock (_lock)
        {
            oldest = Oldest();
            if (oldest is not null)
            {
                Leave(oldest);
            }
        }

        oldest?.GiveWay();
    }

    /// <summary>The oldest one of the address with the most.</summary>
    private Handshake? Oldest() => _sources.Values.MaxBy(others => (others.Count, -others.First!.Value.Number))?.First!.Value;

    private void Leave(Handshake handshake)
    {
        lock (_lock)
        {
            if (handshake.Place.List is not { } source)
            {
                // It gave way before.
                return;
            }

            source.Remove(handshake.Place);
            _open--;
            if (source.Count == 0)
            {
                _sources.Remove(handshake.Source);
            }
        }
    }

    private static UInt128 SourceOf(EndPoint? peer)
    {
        // Its connection has ended already, so nothing can be sent to it.
        if (peer is not IPEndPoint { Address: var address })
        {
            return 0;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), 1)
            : new(0, BinaryPrimitives.ReadUInt32BigEndian(bytes) + 2UL);
    }

    /// <summary>A handshake in progress.</summary>
    internal sealed class Handshake : IDisposable
    {
        private readonly HandshakeGate _gate;
        private readonly Action _giveWay;

        internal Handshake(HandshakeGate gate, UInt128 source, long number, Action giveWay)
        {
            (_gate, Source, Number, _giveWay) = (gate, source, number, giveWay);
            Place = new(this);
        }

        /// <summary>It had to end for another.</summary>
        public bool GaveWay { get; private set; }

        internal UInt128 Source { get; }

        /// <summary>Grows with each that begins.</summary>
        internal long Number { get; }

        internal LinkedListNode<Handshake> Place { get; }

        public void Dispose() => _gate.Leave(this);

        internal void GiveWay()
        {
            GaveWay = true;
            _giveWay();
        }
    }
}
