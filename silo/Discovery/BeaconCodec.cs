using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// A beacon as one datagram, all numbers big-endian:
/// <code>
///   0  4  "P2PB"               64  8  term
///   4  1  version, 1           72 16  master id, 0 if none
///   5  1  flags                88  2  silo port
///   6  2  datagram length      90  2  gateway port
///   8 16  cluster id           92  2  table port
///  24 16  node id              94  2  threads
///  40  8  boot                 96  4  usable RAM, MiB
///  48  8  sequence            100  4  rate, tenths of H/s
///  56  8  sent, unix ms       104  1  addresses, 0..8
/// 105  -  each address: 4 or 6, then its 4 or 16 bytes
///   -  32 HMAC-SHA-256 over all bytes before it
/// </code>
/// The first 24 bytes, the last 32 and the limits of the length are the same in every version, so that a node can tell who of its own cluster
/// speaks another one.
/// </summary>
internal static class BeaconCodec
{
    public const byte Version = WireVersion.Current;
    public const int MinBytes = AddressesOffset + MacBytes;
    public const int MaxBytes = AddressesOffset + Beacon.MaxAddresses * (1 + 16) + MacBytes;

    private const uint Magic = 0x50325042;
    private const int AddressesOffset = 105;
    private const int MacBytes = HMACSHA256.HashSizeInBytes;

    [Flags]
    private enum Flags : byte
    {
        MayBeMaster = 1,
        Preferred = 2,
        Ready = 4,
        HasMaster = 8,
        MasterPreferred = 16,
        HearsMaster = 32,
        All = 63,
    }

    /// <summary>Writes a beacon. <paramref name="destination"/> holds at least <see cref="MaxBytes"/>.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(Beacon beacon, BeaconKey key, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(beacon.Addresses.Count, Beacon.MaxAddresses);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(beacon.Election.Term, Beacon.MaxTerm);
        var end = AddressesOffset;
        foreach (var address in beacon.Addresses)
        {
            destination[end] = address.AddressFamily == AddressFamily.InterNetwork ? (byte)4 : (byte)6;
            address.TryWriteBytes(destination[(end + 1)..], out var written);
            end += 1 + written;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, Magic);
        destination[4] = Version;
        destination[5] = (byte)FlagsOf(beacon.Election);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)(end + MacBytes));
        BinaryPrimitives.WriteUInt128BigEndian(destination[8..], key.ClusterId);
        BinaryPrimitives.WriteUInt128BigEndian(destination[24..], beacon.Node.Value);
        BinaryPrimitives.WriteUInt64BigEndian(destination[40..], beacon.Boot);
        BinaryPrimitives.WriteUInt64BigEndian(destination[48..], beacon.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(destination[56..], beacon.SentUnixMs);
        BinaryPrimitives.WriteUInt64BigEndian(destination[64..], beacon.Election.Term);
        BinaryPrimitives.WriteUInt128BigEndian(destination[72..], (beacon.Election.Master ?? default).Value);
        BinaryPrimitives.WriteUInt16BigEndian(destination[88..], beacon.Ports.Silo);
        BinaryPrimitives.WriteUInt16BigEndian(destination[90..], beacon.Ports.Gateway);
        BinaryPrimitives.WriteUInt16BigEndian(destination[92..], beacon.Ports.Table);
        BinaryPrimitives.WriteUInt16BigEndian(destination[94..], beacon.Summary.Threads);
        BinaryPrimitives.WriteUInt32BigEndian(destination[96..], beacon.Summary.RamUsableMiB);
        BinaryPrimitives.WriteUInt32BigEndian(destination[100..], (uint)Math.Clamp(beacon.Summary.Rate.PerSecond * 10, 0, uint.MaxValue));
        destination[104] = (byte)beacon.Addresses.Count;
        HMACSHA256.HashData(key.MacKey, destination[..end], destination[end..]);
        return end + MacBytes;
    }

    /// <summary>
    /// The reason, visible without a key, why a datagram is not a beacon; <see cref="BeaconRejection.None"/>: there is none. Costs almost
    /// nothing.
    /// </summary>
    public static BeaconRejection Look(ReadOnlySpan<byte> datagram) =>
        datagram.Length > MaxBytes ? BeaconRejection.TooLong
        : datagram.Length < MinBytes ? BeaconRejection.TooShort
        : BinaryPrimitives.ReadUInt32BigEndian(datagram) != Magic ? BeaconRejection.NotOurs
        : BeaconRejection.None;

    /// <summary>Reads a datagram from the network. Never throws; nothing of it is believed before the authentication code agrees.</summary>
    /// <param name="beacon">Not null exactly when <see cref="BeaconRejection.None"/> is returned.</param>
    public static BeaconRejection Read(ReadOnlySpan<byte> datagram, IReadOnlyList<BeaconKey> keys, out Beacon? beacon)
    {
        beacon = null;
        if (Look(datagram) is var look and not BeaconRejection.None)
        {
            return look;
        }

        var rejection = Authenticate(datagram, keys);
        if (rejection != BeaconRejection.None)
        {
            return rejection;
        }

        // Of members only: what the owner is told to upgrade must be the owner's.
        if (VersionOf(datagram) != Version)
        {
            return BeaconRejection.Version;
        }

        beacon = ReadBody(datagram);
        return beacon is null ? BeaconRejection.Malformed : BeaconRejection.None;
    }

    /// <summary>The cluster id in a datagram that was read, and so the key that it was sent under.</summary>
    public static UInt128 ClusterOf(ReadOnlySpan<byte> datagram) => BinaryPrimitives.ReadUInt128BigEndian(datagram[8..]);

    /// <summary>The version of a datagram that <see cref="Look"/> finds nothing wrong with.</summary>
    public static byte VersionOf(ReadOnlySpan<byte> datagram) => datagram[4];

    private static BeaconRejection Authenticate(ReadOnlySpan<byte> datagram, IReadOnlyList<BeaconKey> keys)
    {
        var cluster = ClusterOf(datagram);
        var signed = datagram[..^MacBytes];
        var rejection = BeaconRejection.ForeignCluster;
        Span<byte> mac = stackalloc byte[MacBytes];
        foreach (var key in keys)
        {
            if (key.ClusterId != cluster)
            {
                continue;
            }

            HMACSHA256.HashData(key.MacKey, signed, mac);
            if (CryptographicOperations.FixedTimeEquals(mac, datagram[^MacBytes..]))
            {
                return BeaconRejection.None;
            }

            rejection = BeaconRejection.BadMac;
        }

        return rejection;
    }

    private static Beacon? ReadBody(ReadOnlySpan<byte> datagram)
    {
        var flags = (Flags)datagram[5];
        var term = BinaryPrimitives.ReadUInt64BigEndian(datagram[64..]);
        var master = new NodeId(BinaryPrimitives.ReadUInt128BigEndian(datagram[72..]));
        var hasMaster = flags.HasFlag(Flags.HasMaster);
        var sequence = BinaryPrimitives.ReadUInt64BigEndian(datagram[48..]);
        var inRange = (flags & ~Flags.All) == 0
            && BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]) == datagram.Length
            && term <= Beacon.MaxTerm
            && sequence != 0
            && (hasMaster ? term != 0 : master == default && (flags & (Flags.HearsMaster | Flags.MasterPreferred)) == 0);
        if (!inRange || ReadAddresses(datagram[AddressesOffset..^MacBytes], datagram[104]) is not { } addresses)
        {
            return null;
        }

        return new Beacon
        {
            Node = new(BinaryPrimitives.ReadUInt128BigEndian(datagram[24..])),
            Boot = BinaryPrimitives.ReadUInt64BigEndian(datagram[40..]),
            Sequence = sequence,
            SentUnixMs = BinaryPrimitives.ReadInt64BigEndian(datagram[56..]),
            Election = new ElectionNotice
            {
                Term = term,
                Master = hasMaster ? master : null,
                MasterPreferred = flags.HasFlag(Flags.MasterPreferred),
                HearsMaster = flags.HasFlag(Flags.HearsMaster),
                MayBeMaster = flags.HasFlag(Flags.MayBeMaster),
                Preferred = flags.HasFlag(Flags.Preferred),
                Ready = flags.HasFlag(Flags.Ready),
            },
            Addresses = addresses,
            Ports = new(
                BinaryPrimitives.ReadUInt16BigEndian(datagram[88..]),
                BinaryPrimitives.ReadUInt16BigEndian(datagram[90..]),
                BinaryPrimitives.ReadUInt16BigEndian(datagram[92..])),
            Summary = new(
                BinaryPrimitives.ReadUInt16BigEndian(datagram[94..]),
                BinaryPrimitives.ReadUInt32BigEndian(datagram[96..]),
                new HashRate(BinaryPrimitives.ReadUInt32BigEndian(datagram[100..]) / 10.0)),
        };
    }

    /// <summary>Null unless the bytes hold exactly this many addresses.</summary>
    private static IPAddress[]? ReadAddresses(ReadOnlySpan<byte> bytes, int count)
    {
        if (count > Beacon.MaxAddresses)
        {
            return null;
        }

        var addresses = new IPAddress[count];
        for (var i = 0; i < count; i++)
        {
            var size = bytes.IsEmpty ? 0 : bytes[0] switch { 4 => 4, 6 => 16, _ => 0 };
            if (size == 0 || bytes.Length < 1 + size)
            {
                return null;
            }

            addresses[i] = new IPAddress(bytes.Slice(1, size));
            bytes = bytes[(1 + size)..];
        }

        return bytes.IsEmpty ? addresses : null;
    }

    private static Flags FlagsOf(ElectionNotice notice) =>
        (notice.MayBeMaster ? Flags.MayBeMaster : 0) | (notice.Preferred ? Flags.Preferred : 0) | (notice.Ready ? Flags.Ready : 0)
        | (notice.Master is null ? 0 : Flags.HasMaster) | (notice.MasterPreferred ? Flags.MasterPreferred : 0)
        | (notice.HearsMaster ? Flags.HearsMaster : 0);
}
