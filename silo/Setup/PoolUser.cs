using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Setup;

/// <summary>Whether what is given as a pool's user can be right, before it costs somebody a day's work.</summary>
internal static class PoolUser
{
    private const string UnMineable = "unmineable.com";

    /// <param name="IsCertain">False: right if the pool knows its users by names of its own.</param>
    internal sealed record Fault(string Text, bool IsCertain);

    /// <param name="url">Valid, or empty.</param>
    /// <returns>Null: nothing is wrong with it. No text repeats it.</returns>
    public static Fault? FindFault(string url, string user, Algorithm algorithm)
    {
        var pool = PoolUrl.TryParse(DaemonLogin.Split(url).Url, out var read, out _) ? read : null;
        if (pool is not null && $".{pool.Host}".EndsWith($".{UnMineable}", StringComparison.OrdinalIgnoreCase))
        {
            return WalletShape.IsUnMineable(user) ? null : new("unMineable wants COIN:ADDRESS, or COIN:ADDRESS.WORKER.", true);
        }

        var coin = algorithm == Algorithm.GhostRider ? "Raptoreum" : "Monero";
        var address = pool is { IsDaemon: true } ? user : WalletShape.AddressIn(user);
        return WalletShape.FindFault(algorithm, address) is not { } fault ? null
            : pool is { IsDaemon: true } || WalletShape.IsMeantAs(algorithm, address) ? new($"This is no valid {coin} address: {fault}. Copy it again from your wallet.", true)
            : new($"This is no {coin} address ({fault}). It is right only if this pool gives its users names, or pays another coin.", false);
    }
}
