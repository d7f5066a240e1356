using System.Text;
using P2PMiner.Peers;
using P2PMiner.Security;

namespace P2PMiner.Silo.Node;

/// <summary>The node's id, made at the first start and kept in the data folder. A node that has lost it is a new node.</summary>
internal static class NodeIdentity
{
    public const string FileName = "node-id";

    private const int MaxFileBytes = 256;

    /// <exception cref="ConfigurationException">The folder or file cannot be used, or the file holds no id; it is left as it is.</exception>
    public static NodeId LoadOrCreate(string dataFolder) => Load(dataFolder, isMade: true);

    /// <exception cref="ConfigurationException">As of <see cref="LoadOrCreate"/>, and if there is no file.</exception>
    public static NodeId Load(string dataFolder) => Load(dataFolder, isMade: false);

    private static NodeId Load(string dataFolder, bool isMade)
    {
        var store = new DataStore(dataFolder);
        try
        {
            var content = store.Read(FileName, MaxFileBytes);
            if (content is null && isMade)
            {
                // Of two processes that start at once, the second takes the first one's id.
                store.TryCreate(FileName, Encoding.ASCII.GetBytes($"{NodeId.NewRandom()}\n"));
                content = store.Read(FileName, MaxFileBytes);
            }

            return NodeId.TryParse(Encoding.ASCII.GetString(content ?? []).Trim(), out var id) ? id
                : throw new ConfigurationException(
                    $"Node:Data: {store.PathOf(FileName)} holds no node id (32 hex digits); restore it, or delete it to make this a new node");
        }
        catch (DataFileException error)
        {
            throw new ConfigurationException($"Node:Data: {error.Message}");
        }
    }
}
