using System.Net;
using System.Security.Cryptography;
using CsCheck;
using P2PMiner.Hashing;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

/// <summary>Keys and beacons for tests.</summary>
internal static class Beacons
{
    public static readonly BeaconKey Key = KeyOf(cluster: 7, fill: 1);

    private static readonly Gen<IPAddress> GenAddress = Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]).Select(bytes => new IPAddress(bytes));

    private static readonly Gen<ElectionNotice> GenNotice = Gen.Select(
        Gen.ULong[1, Beacon.MaxTerm], Gen.ULong.Nullable(), Gen.Byte, (term, master, bits) => new ElectionNotice
        {
            Term = term,
            Master = master is { } id ? new NodeId(id) : null,
            MasterPreferred = master is not null && (bits & 1) != 0,
            HearsMaster = master is not null && (bits & 2) != 0,
            MayBeMaster = (bits & 4) != 0,
            Preferred = (bits & 8) != 0,
            Ready = (bits & 16) != 0,
        });

    public static Gen<Beacon> Any { get; } = Gen.Select(
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong[1, ulong.MaxValue], Gen.Long),
        GenNotice,
        GenAddress.Array[0, Beacon.MaxAddresses],
        Gen.Select(Gen.UShort, Gen.UShort, Gen.UShort, (silo, gateway, table) => new NodePorts(silo, gateway, table)),
        Gen.Select(Gen.UShort, Gen.UInt, Gen.UInt, (threads, ram, tenths) => new NodeSummary(threads, ram, new HashRate(tenths / 10.0))),
        (ids, notice, addresses, ports, summary) => new Beacon
        {
            Node = new(ids.Item1),
            Boot = ids.Item2,
            Sequence = ids.Item3,
            SentUnixMs = ids.Item4,
            Election = notice,
            Addresses = addresses,
            Ports = ports,
            Summary = summary,
        });

    public static BeaconKey KeyOf(ulong cluster, byte fill) => new(cluster, Enumerable.Repeat(fill, BeaconKey.MacKeyBytes).ToArray());

    public static Beacon Of(ulong node, ulong boot = 1, ulong sequence = 1, long sentUnixMs = 0, ElectionNotice? notice = null) => new()
    {
        Node = new(node),
        Boot = boot,
        Sequence = sequence,
        SentUnixMs = sentUnixMs,
        Election = notice ?? new ElectionNotice { Term = 0, MayBeMaster = true, Ready = true },
        Addresses = [IPAddress.Loopback],
        Ports = new(9999, 9998, 9997),
        Summary = new(8, 4096, new HashRate(1234.5)),
    };

    /// <summary>As a node of another version would send it, as far as this one can know.</summary>
    public static byte[] InVersion(byte version, Beacon beacon)
    {
        var bytes = Write(beacon);
        bytes[4] = version;
        HMACSHA256.HashData(Key.MacKey, bytes.AsSpan(..^HMACSHA256.HashSizeInBytes), bytes.AsSpan(^HMACSHA256.HashSizeInBytes..));
        return bytes;
    }

    public static byte[] Write(Beacon beacon, BeaconKey? key = null)
    {
        var buffer = new byte[BeaconCodec.MaxBytes];
        return buffer[..BeaconCodec.Write(beacon, key ?? Key, buffer)];
    }
}
