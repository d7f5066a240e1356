using System.Globalization;
using P2PMiner.Doctor;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether the user of each pool looks like a wallet of the coin. Says nothing of the wallet itself.</summary>
internal static class WalletCheck
{
    public const string Name = "wallet";

    private const string UnMineable = "unmineable.com";

    private const string Gain = "the pool pays you";

    public static IEnumerable<Finding> Examine(Examination given) => Examine(given.Pool, given.Algorithm);

    /// <summary>One for each pool; none for the practice pool, which pays nobody.</summary>
    public static IEnumerable<Finding> Examine(PoolOptions pool, Algorithm algorithm)
        => pool.Practice ? [] : pool.Pools.Select((entry, i) => Of(entry, string.Create(CultureInfo.InvariantCulture, $"pool {i + 1}"), algorithm));

    internal static Finding Of(PoolEntry pool, string which, Algorithm algorithm)
    {
        if (!PoolUrl.TryParse(pool.Url, out var url, out _))
        {
            return Found.Note(Name, $"The URL of {which} cannot be read.");
        }

        if (WalletShape.IsPlaceholder(pool.User))
        {
            return Found.Safety(Name, $"The user of {which} is the word of an example, and no wallet. Put your own address in its place.", gain: Gain);
        }

        if (url.Host.Equals(UnMineable, StringComparison.OrdinalIgnoreCase) || url.Host.EndsWith("." + UnMineable, StringComparison.OrdinalIgnoreCase))
        {
            return !WalletShape.IsUnMineable(pool.User)
                ? Found.Safety(Name, $"The user of {which} has not the form COIN:ADDRESS or COIN:ADDRESS.WORKER that unMineable wants, so it pays nobody.",
                    gain: Gain)
                : FaultOfKnownCoin(pool.User) is var (known, wrong) ? NoAddress(which, known, wrong)
                : Found.Ok(Name, $"The user of {which} has the form COIN:ADDRESS that unMineable wants.");
        }

        var coin = algorithm == Algorithm.GhostRider ? "Raptoreum" : "Monero";
        var address = url.IsDaemon ? pool.User : WalletShape.AddressIn(pool.User);
        return WalletShape.FindFault(algorithm, address) is not { } fault ? Found.Ok(Name, $"The user of {which} is a {coin} address without a typing error.")
            : url.IsDaemon || WalletShape.IsMeantAs(algorithm, address)
                ? NoAddress(which, coin, fault)
            : Found.Note(Name, $"The user of {which} is no {coin} address ({fault}): right only if this pool gives its users names, or pays another coin.");
    }

    private static Finding NoAddress(string which, string coin, string fault)
        => Found.Safety(Name, $"The user of {which} is no valid {coin} address: {fault}. Copy it again from your wallet.", gain: Gain);

    /// <summary>Of an address at unMineable. Null: it has none, or is of a coin whose form is not known here.</summary>
    private static (string Coin, string Fault)? FaultOfKnownCoin(string user)
    {
        var parts = user.Trim().Split(':', 2);
        (Algorithm Algorithm, string Coin)? known = parts[0].ToUpperInvariant() switch
        {
            "XMR" => (Algorithm.RandomX, "Monero"),
            "RTM" => (Algorithm.GhostRider, "Raptoreum"),
            _ => null,
        };
        return known is var (algorithm, coin) && WalletShape.FindFault(algorithm, WalletShape.AddressIn(parts[1])) is { } fault ? (coin, fault) : null;
    }
}
