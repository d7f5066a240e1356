using System.Net;
using P2PMiner.Hashing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Tests.Compat;

/// <summary>Beacons, as datagrams.</summary>
internal sealed class BeaconMessages : ICompatFile
{
    private static readonly BeaconKey Key = new(new UInt128(1, 2), Enumerable.Repeat((byte)7, BeaconKey.MacKeyBytes).ToArray());

    public string FileName => "beacons.txt";

    public static Beacon Full { get; } = new()
    {
        Node = new(3),
        Boot = 1_767_225_600_000,
        Sequence = 5,
        SentUnixMs = 1_767_225_601_000,
        Election = new() { Term = 6, Master = new(7), MasterPreferred = true, HearsMaster = true, MayBeMaster = true, Preferred = true, Ready = true },
        Addresses = [IPAddress.Parse("10.77.0.1"), IPAddress.Parse("fd00::1")],
        Ports = new(9999, 9998, 9997),
        Summary = new(8, 4096, new HashRate(1234.5)),
    };

    public static byte[] Write(Beacon beacon)
    {
        var buffer = new byte[BeaconCodec.MaxBytes];
        return buffer[..BeaconCodec.Write(beacon, Key, buffer)];
    }

    public IEnumerable<CompatMessage> Make() =>
    [
        Message("full", Full),
        Message("bare", Full with { Election = new() { Term = 0 }, Addresses = [], Ports = default, Summary = default }),
    ];

    public object Read(CompatMessage message)
    {
        Assert.Equal(BeaconRejection.None, BeaconCodec.Read(message.Bytes, [Key], out var beacon));
        return beacon!;
    }

    private static CompatMessage Message(string which, Beacon beacon) => new($"beacon {which}", Write(beacon), MemberLines.Of(beacon));
}
