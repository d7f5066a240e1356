using P2PMiner.Security;

namespace P2PMiner.Silo.Node;

/// <summary>The cluster key that this node uses.</summary>
/// <param name="File">Where it is kept.</param>
/// <param name="IsNew">It was just made: the node knows no other machine yet.</param>
internal sealed record ClusterAccess(ClusterKeyRing Ring, ClusterKeyFile File, bool IsNew)
{
    /// <summary>The key in the data folder; a new one if there is none.</summary>
    /// <exception cref="ConfigurationException">The file cannot be used; it is left as it is.</exception>
    public static ClusterAccess Open(string dataFolder)
    {
        try
        {
            var file = new ClusterKeyFile(dataFolder, TimeProvider.System);
            return new(file.LoadOrCreate(out var created), file, created);
        }
        catch (ClusterKeyException error)
        {
            throw new ConfigurationException($"Node:Data: {error.Message}");
        }
    }
}
