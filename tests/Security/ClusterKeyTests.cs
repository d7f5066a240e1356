using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace P2PMiner.Security.Tests;

public class ClusterKeyTests
{
    private static readonly Gen<byte[]> KeyBytes = Gen.Byte.Array[ClusterKey.SizeInBytes];

    private static ClusterKey Counting => new([.. Enumerable.Range(0, ClusterKey.SizeInBytes).Select(i => (byte)i)]);

    [Fact]
    public void Derive_KnownKey_GivesWhatHkdfGives()
    {
        // Computed apart from this program with HMAC-SHA-256 by RFC 5869: salt "p2p-miner cluster key v1", info as labelled.
        Assert.Equal("395002a560dca9444a83f538bfb378f9", Counting.Id);
        Assert.Equal("c1721243c204f7926b091acc997fa4d8111ce8fe699f152fbae643f506d14bea", Convert.ToHexStringLower(Counting.BeaconKey()));
    }

    [Fact]
    public void Derive_KnownKey_GivesTheKnownAuthority()
    {
        var point = Counting.Authority.Certificate.GetECDsaPublicKey()!.ExportParameters(false).Q;
        Assert.Equal("7303271511c93c0caeffb750d98bf665fbe9cdbbe34b66fa8f4dbef55a6de265", Convert.ToHexStringLower(point.X!));
    }

    [Fact]
    public void Token_AnyKey_RoundTripsInAnyCase() => KeyBytes.Sample(bytes =>
    {
        var token = new ClusterKey(bytes).ToToken();
        return JoinToken.Read(token).Equals(new ClusterKey(bytes)) && JoinToken.Read($" {token.ToUpperInvariant()}\n").Equals(new ClusterKey(bytes));
    });

    [Fact]
    public void Token_OneCharacterWrong_IsNamedATypo()
        => Gen.Select(KeyBytes, Gen.Int[5, 62], Gen.Char["0123456789abcdefghjkmnpqrstvwxyz"]).Sample((bytes, at, digit) =>
    {
        var token = new ClusterKey(bytes).ToToken();
        if (token[at] == digit)
        {
            return;
        }

        var error = Assert.Throws<ClusterKeyException>(() => JoinToken.Read(token[..at] + digit + token[(at + 1)..]));
        Assert.Contains("typo", error.Message);
        Assert.DoesNotContain(token[6..20], error.Message);
    });

    [Theory]
    [InlineData("TOKEN")]
    [InlineData("p2p-miner join TOKEN")]
    [InlineData("\ufeff $ sudo /usr/bin/p2p-miner join --replace 'TOKEN'\u200b --data /x \r\n")]
    [InlineData("\u201cp2p-miner join TOKEN\u201d")]
    public void ReadPasted_LineOfAnInvitation_FindsTheToken(string line)
    {
        var key = ClusterKey.NewRandom();

        Assert.Equal(key, JoinToken.ReadPasted(line.Replace("TOKEN", key.ToToken())));
        Assert.Equal(key, JoinToken.ReadPasted(line.Replace("TOKEN", key.ToToken().ToUpperInvariant())));
    }

    [Theory]
    [InlineData("p2p-miner join", "must begin with p2p1-")]
    [InlineData("", "must begin with p2p1-")]
    [InlineData("p2p-miner join p2p1-abc", "it was cut off")]
    [InlineData("p2p-miner join p2p2-abc", "of another version")]
    public void ReadPasted_NoToken_SaysWhy(string line, string reason)
        => Assert.Contains(reason, Assert.Throws<ClusterKeyException>(() => JoinToken.ReadPasted(line)).Message);

    [Theory]
    [InlineData("", "must begin with p2p1-")]
    [InlineData("hello", "must begin with p2p1-")]
    [InlineData("p2p2-0123", "another version")]
    [InlineData("p2p1-0123", "4 characters")]
    [InlineData("p2p1-!000000000000000000000000000000000000000000000000000000000", "character 6")]
    [InlineData("p2p1-0000000000000000000000000000000000000000000000000000000000", "checksum")]
    public void Token_NotAToken_SaysWhy(string text, string reason)
        => Assert.Contains(reason, Assert.Throws<ClusterKeyException>(() => JoinToken.Read(text)).Message);

    [Fact]
    public void ToString_AnyKey_ShowsNoPartOfIt() => KeyBytes.Sample(bytes =>
    {
        var key = new ClusterKey(bytes);
        var shown = $"{key} {new AcceptedKey(key, DateTimeOffset.UnixEpoch)}";
        return !shown.Contains(key.ToToken()[5..13]) && !shown.Contains(Convert.ToHexString(bytes)[..8], StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void Authority_TwoHoldersOfOneKey_VerifyEachOthersNodes()
    {
        var bytes = KeyBytes.Single();
        using var one = new ClusterKey(bytes).Authority.Issue(new(1), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));

        Assert.Null(PeerCertificate.Refusal(one, "1.3.6.1.5.5.7.3.1", new(new(bytes), clock), clock.GetUtcNow()));
        Assert.Equal("certificate of another cluster",
            PeerCertificate.Refusal(one, "1.3.6.1.5.5.7.3.1", new(ClusterKey.NewRandom(), clock), clock.GetUtcNow()));
    }

    [Fact]
    public void Ring_Rotated_AcceptsTheFormerKeyUntilTheGraceEnds()
    {
        var clock = new FakeTimeProvider();
        var (former, next) = (ClusterKey.NewRandom(), ClusterKey.NewRandom());
        var ring = new ClusterKeyRing(former, clock);

        ring.Accept(next, clock.GetUtcNow() + TimeSpan.FromHours(2));
        Assert.Equal([former, next], ring.Accepted);
        ring.Rotate(next, TimeSpan.FromHours(1));
        Assert.Equal([next, former], ring.Accepted);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([next], ring.Accepted);
    }

    [Fact]
    public void Ring_Offers_NewestTwoAreKeptAndASwitchEndsThoseBefore()
    {
        var clock = new FakeTimeProvider();
        var until = clock.GetUtcNow() + TimeSpan.FromHours(1);
        ClusterKey[] keys = [.. Enumerable.Range(0, 4).Select(_ => ClusterKey.NewRandom())];
        var ring = new ClusterKeyRing(keys[0], clock);
        foreach (var key in keys)
        {
            ring.Accept(key, until);
        }

        Assert.Equal([keys[0], keys[2], keys[3]], ring.Accepted);
        Assert.False(ring.Switch(keys[1].Id));
        Assert.True(ring.Switch(keys[3].Id));
        Assert.Equal([keys[3], keys[0]], ring.Accepted);
        Assert.True(ring.Switch(keys[3].Id));
        Assert.False(ring.Switch(keys[0].Id));
    }

    [Fact]
    public void Ring_OfferExpired_CannotBeMadeCurrent()
    {
        var clock = new FakeTimeProvider();
        var (present, next) = (ClusterKey.NewRandom(), ClusterKey.NewRandom());
        var ring = new ClusterKeyRing(present, clock);
        ring.Accept(next, clock.GetUtcNow() + TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromHours(1));

        Assert.False(ring.Switch(next.Id));
        Assert.Equal(present, ring.Current);
    }

    [Fact]
    public void Certificate_TwoThirdsOfItsLifeOver_IsRemade()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var certificates = new NodeCertificates(new(7), new(ClusterKey.NewRandom(), clock), clock);

        var first = certificates.Current();
        clock.Advance(TimeSpan.FromDays(19));
        Assert.Same(first, certificates.Current());
        clock.Advance(TimeSpan.FromDays(2));
        Assert.NotSame(first, certificates.Current());
        Assert.True(certificates.Current().TargetCertificate.NotAfter.ToUniversalTime() > clock.GetUtcNow().AddDays(29));
    }
}
