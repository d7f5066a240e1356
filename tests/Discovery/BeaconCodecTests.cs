using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using CsCheck;
using P2PMiner.Hashing;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

public sealed class BeaconCodecTests
{
    [Fact]
    public void Read_AnyBeaconWritten_IsTheSame() =>
        Beacons.Any.Sample(beacon =>
        {
            Assert.Equal(BeaconRejection.None, BeaconCodec.Read(Beacons.Write(beacon), [Beacons.Key], out var read));
            Assert.Equal(beacon.Addresses, read!.Addresses);
            Assert.Equal(beacon.Summary.Rate.PerSecond, read.Summary.Rate.PerSecond, 1e-6);
            Assert.Equal(Rest(beacon), Rest(read));

            static Beacon Rest(Beacon beacon) => beacon with { Addresses = [], Summary = beacon.Summary with { Rate = default } };
        });

    /// <summary>Every byte of the layout, written out by hand: two releases must agree on it.</summary>
    [Fact]
    public void Write_KnownBeacon_HasTheBytesOfTheLayout()
    {
        var beacon = new Beacon
        {
            Node = new(UInt128.Parse("00112233445566778899aabbccddeeff", System.Globalization.NumberStyles.HexNumber)),
            Boot = 0x0102030405060708,
            Sequence = 0x1112131415161718,
            SentUnixMs = 0x2122232425262728,
            Election = new ElectionNotice { Term = 0x3132333435363738, Master = new NodeId(5), HearsMaster = true, MayBeMaster = true, Ready = true },
            Addresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")],
            Ports = new(9999, 9998, 9997),
            Summary = new(16, 32000, new HashRate(1000.5)),
        };
        const string signed = "50325042" + "01" + "2d" + "009f" + "00000000000000000000000000000007" + "00112233445566778899aabbccddeeff"
            + "0102030405060708" + "1112131415161718" + "2122232425262728" + "3132333435363738" + "00000000000000000000000000000005"
            + "270f" + "270e" + "270d" + "0010" + "00007d00" + "00002715" + "02" + "04c0000201" + "0620010db8000000000000000000000001";
        var bytes = Convert.FromHexString(signed);

        Assert.Equal([.. bytes, .. HMACSHA256.HashData(Beacons.Key.MacKey, bytes)], Beacons.Write(beacon));
    }

    [Fact]
    public void Write_LargestBeacon_FitsOneDatagram()
    {
        var beacon = Beacons.Of(1) with { Addresses = [.. Enumerable.Repeat(IPAddress.IPv6Loopback, Beacon.MaxAddresses)] };

        Assert.Equal(BeaconCodec.MaxBytes, Beacons.Write(beacon).Length);
        Assert.True(BeaconCodec.MaxBytes < 1200);
    }

    [Theory]
    [InlineData(0, 1, BeaconRejection.NotOurs)]
    [InlineData(4, 2, BeaconRejection.BadMac)]
    [InlineData(8, 1, BeaconRejection.ForeignCluster)]
    [InlineData(5, 1, BeaconRejection.BadMac)]
    [InlineData(24, 1, BeaconRejection.BadMac)]
    [InlineData(71, 1, BeaconRejection.BadMac)]
    [InlineData(104, 1, BeaconRejection.BadMac)]
    [InlineData(-1, 1, BeaconRejection.BadMac)]
    public void Read_OneByteChanged_IsRejectedFor(int offset, byte mask, object expected)
    {
        var bytes = Beacons.Write(Beacons.Of(1));
        bytes[offset < 0 ? bytes.Length + offset : offset] ^= mask;

        Assert.Equal((BeaconRejection)expected, BeaconCodec.Read(bytes, [Beacons.Key], out var beacon));
        Assert.Null(beacon);
    }

    /// <summary>Whatever is in it: of another version only the first 24 bytes and the last 32 are known.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(WireVersion.Current + 1)]
    [InlineData(255)]
    public void Read_SignedInAnotherVersion_IsOfThatVersion(byte version)
    {
        var bytes = Beacons.InVersion(version, Beacons.Of(1) with { Election = new() { Term = 0, HearsMaster = true } });

        Assert.Equal(BeaconRejection.None, BeaconCodec.Look(bytes));
        Assert.Equal(BeaconRejection.Version, BeaconCodec.Read(bytes, [Beacons.Key], out var beacon));
        Assert.Null(beacon);
        Assert.Equal(version, BeaconCodec.VersionOf(bytes));
        Assert.Equal(BeaconRejection.ForeignCluster, BeaconCodec.Read(bytes, [Beacons.KeyOf(8, 2)], out _));
    }

    [Fact]
    public void Read_WrongLength_IsTooShortOrTooLong()
    {
        Assert.Equal(BeaconRejection.TooShort, BeaconCodec.Read([], [Beacons.Key], out _));
        Assert.Equal(BeaconRejection.TooShort, BeaconCodec.Read(new byte[BeaconCodec.MinBytes - 1], [Beacons.Key], out _));
        Assert.Equal(BeaconRejection.TooLong, BeaconCodec.Read(new byte[BeaconCodec.MaxBytes + 1], [Beacons.Key], out _));
    }

    [Fact]
    public void Read_FormerKeyInTheRing_IsTaken()
    {
        var former = Beacons.KeyOf(cluster: 6, fill: 2);
        var sameCluster = Beacons.KeyOf(cluster: 7, fill: 3);
        BeaconKey[] ring = [Beacons.Key, former, sameCluster];

        Assert.Equal(BeaconRejection.None, BeaconCodec.Read(Beacons.Write(Beacons.Of(1), former), ring, out _));
        Assert.Equal(BeaconRejection.None, BeaconCodec.Read(Beacons.Write(Beacons.Of(1), sameCluster), ring, out _));
        Assert.Equal(BeaconRejection.ForeignCluster, BeaconCodec.Read(Beacons.Write(Beacons.Of(1), former), [Beacons.Key], out _));
        Assert.Equal(BeaconRejection.BadMac, BeaconCodec.Read(Beacons.Write(Beacons.Of(1), sameCluster), [Beacons.Key], out _));
    }

    /// <summary>A peer with the key and a fault: signed rightly, impossible all the same.</summary>
    [Theory]
    [InlineData(5, 0x40, "an unknown flag")]
    [InlineData(5, 0x20, "hears a master it does not name")]
    [InlineData(7, 0x01, "another length")]
    [InlineData(64, 0x80, "a term above the limit")]
    [InlineData(87, 0x01, "a master without its flag")]
    [InlineData(104, 0x02, "more addresses than bytes")]
    [InlineData(104, 0x01, "fewer addresses than bytes")]
    [InlineData(104, 0x80, "too many addresses")]
    [InlineData(105, 0x01, "an unknown kind of address")]
    [InlineData(105, 0x02, "a longer address than bytes")]
    public void Read_SignedYetImpossible_IsMalformed(int offset, byte mask, string what)
    {
        var bytes = Beacons.Write(Beacons.Of(1));
        bytes[offset] ^= mask;
        Sign(bytes);

        Assert.True(BeaconCodec.Read(bytes, [Beacons.Key], out _) == BeaconRejection.Malformed, what);
    }

    [Fact]
    public void Read_RandomBytes_NeverThrowsNorTakes() =>
        Gen.Byte.Array[0, 400].Sample(bytes => Assert.NotEqual(BeaconRejection.None, BeaconCodec.Read(bytes, [Beacons.Key], out _)), iter: 100_000);

    [Fact]
    public void Read_MutatedBeacons_NeverThrowsNorTakes() =>
        Gen.Select(Beacons.Any, Gen.Select(Gen.Int[0, BeaconCodec.MaxBytes - 1], Gen.Byte[1, 255]).Array[1, 8], Gen.Int[-40, 40])
            .Sample((beacon, flips, resize) =>
        {
            var original = Beacons.Write(beacon);
            var bytes = Mutated(original, flips, resize);
            if (!bytes.AsSpan().SequenceEqual(original))
            {
                Assert.NotEqual(BeaconRejection.None, BeaconCodec.Read(bytes, [Beacons.Key], out _));
            }
        }, iter: 50_000);

    /// <summary>What a holder of the key could send: the parser behind the authentication must stand it too.</summary>
    [Fact]
    public void Read_MutatedAndSignedAgain_IsTakenOrMalformedAndWritesBackTheSame() =>
        Gen.Select(Beacons.Any, Gen.Select(Gen.Int[5, 200], Gen.Byte[1, 255]).Array[1, 4], Gen.Int[-40, 40]).Sample((beacon, flips, resize) =>
        {
            var bytes = Mutated(Beacons.Write(beacon), flips, resize);
            if (bytes.Length is < BeaconCodec.MinBytes or > BeaconCodec.MaxBytes)
            {
                return;
            }

            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(8), Beacons.Key.ClusterId);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)bytes.Length);
            Sign(bytes);
            var end = BeaconCodec.Read(bytes, [Beacons.Key], out var read);
            Assert.True(end is BeaconRejection.None or BeaconRejection.Malformed, $"{end}");
            Assert.Equal(end == BeaconRejection.None ? bytes : [], read is null ? [] : Beacons.Write(read));
        }, iter: 50_000);

    private static void Sign(byte[] bytes) => HMACSHA256.HashData(Beacons.Key.MacKey, bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));

    private static byte[] Mutated(byte[] bytes, (int Offset, byte Mask)[] flips, int resize)
    {
        bytes = [.. bytes];
        Array.Resize(ref bytes, Math.Max(0, bytes.Length + resize));
        foreach (var (offset, mask) in flips.Where(flip => flip.Offset < bytes.Length))
        {
            bytes[offset] ^= mask;
        }

        return bytes;
    }
}
