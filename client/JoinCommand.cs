using P2PMiner.Silo.Security;

namespace P2PMiner.Client;

/// <summary>What to type on another machine so that it joins this one's cluster, from the key file that p2p-miner keeps.</summary>
internal static class JoinCommand
{
    /// <param name="folder">The node's data folder; null: the usual one of this user.</param>
    /// <exception cref="RefusedException">No key file, one that others may read, or one that holds no key; the message repeats nothing of it.</exception>
    public static string Read(string? folder)
    {
        try
        {
            return $"p2p-miner join {new ClusterKeyFile(folder ?? DataFolder.Usual(), TimeProvider.System).Load().Current.ToToken()}";
        }
        catch (ClusterKeyException error)
        {
            throw new RefusedException($"{error.Message}; name the miner's data folder with --data, or run p2p-miner cluster init");
        }
    }
}
