using System.Numerics;
using System.Security.Cryptography;
using P2PMiner.Hashing;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Tests.Node;

public sealed class WalletShapeTests
{
    /// <summary>The donation address that Monero publishes.</summary>
    private const string Monero = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";

    [Fact]
    public void FindFault_MoneroAddress_HasNone()
    {
        NativeLibrary.Require();

        Assert.Null(WalletShape.FindFault(Algorithm.RandomX, Monero));
    }

    [Fact]
    public void FindFault_AnyLetterOfAMoneroAddressChanged_IsATypingError()
    {
        NativeLibrary.Require();
        for (var i = 1; i < Monero.Length; i++)
        {
            var typed = Monero[..i] + (Monero[i] == 'a' ? 'b' : 'a') + Monero[(i + 1)..];
            Assert.Equal("it has a typing error", WalletShape.FindFault(Algorithm.RandomX, typed));
        }
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("44AFF", "it has 5 letters, and a Monero address has 95, or 106 with a payment id")]
    [InlineData("0x12", "no address has the letter '0'")]
    public void FindFault_NoMoneroAddress_SaysWhy(string text, string fault) => Assert.Equal(fault, WalletShape.FindFault(Algorithm.RandomX, text));

    [Fact]
    public void FindFault_RaptoreumAddress_IsJudgedByItsChecksum()
    {
        var address = Base58(60, 1);

        Assert.StartsWith("R", address);
        Assert.Null(WalletShape.FindFault(Algorithm.GhostRider, address));
        Assert.Equal("it has a typing error", WalletShape.FindFault(Algorithm.GhostRider, address[..^1] + (address[^1] == 'a' ? 'b' : 'a')));
        Assert.Equal("a Raptoreum address begins with R", WalletShape.FindFault(Algorithm.GhostRider, Base58(0x30, 1)));
        Assert.Equal("it is not as long as a Raptoreum address", WalletShape.FindFault(Algorithm.GhostRider, "RRR"));
    }

    [Theory]
    [InlineData("A+5000")]
    [InlineData("A.rig")]
    [InlineData("A/me@mail.example")]
    [InlineData(" A ")]
    public void AddressIn_UserOfAPool_IsWhatStandsFirst(string user) => Assert.Equal("A", WalletShape.AddressIn(user));

    [Theory]
    [InlineData("DOGE:DExampleExample1", true)]
    [InlineData("XRP:rExampleExample:12345.rig#ab12-cd34", true)]
    [InlineData("DExampleExample1", false)]
    [InlineData(":DExampleExample1", false)]
    [InlineData("DOGE:", false)]
    [InlineData("DO GE:DExampleExample1", false)]
    [InlineData("DOGECOINDOGE:DExampleExample1", false)]
    public void IsUnMineable_ByForm(string user, bool isIt) => Assert.Equal(isIt, WalletShape.IsUnMineable(user));

    [Theory]
    [InlineData("WALLET", true)]
    [InlineData("wallet.rig", true)]
    [InlineData("<YOUR WALLET>", true)]
    [InlineData("YOUR_ADDRESS", true)]
    [InlineData("YOUR_WALLET_ADDRESS+5000", true)]
    [InlineData("your-monero-address-here", true)]
    [InlineData("$WALLET", true)]
    [InlineData("XMR:YOUR_ADDRESS.attic#ab12-cd34", true)]
    [InlineData("COIN:ADDRESS", true)]
    [InlineData("DOGE:YOUR_DOGE_ADDRESS.attic", true)]
    [InlineData("theirwallet", false)]
    [InlineData("wallet1", false)]
    [InlineData("mywallet", false)]
    [InlineData("walletkeeper", false)]
    [InlineData("me.WALLET", false)]
    [InlineData(Monero, false)]
    [InlineData("DOGE:DExampleExample1", false)]
    public void IsPlaceholder_OnlyWordsOfExamples(string user, bool isIt) => Assert.Equal(isIt, WalletShape.IsPlaceholder(user));

    /// <summary>An address of that version, for a key hash of one repeated byte.</summary>
    private static string Base58(byte version, byte key)
    {
        const string Letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        byte[] body = [version, .. Enumerable.Repeat(key, 20)];
        byte[] bytes = [.. body, .. SHA256.HashData(SHA256.HashData(body))[..4]];
        var text = "";
        for (var rest = new BigInteger(bytes, isUnsigned: true, isBigEndian: true); rest > 0; rest /= 58)
        {
            text = Letters[(int)(rest % 58)] + text;
        }

        return text;
    }
}
