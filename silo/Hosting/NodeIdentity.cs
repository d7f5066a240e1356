using System.Security.Cryptography;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Hosting;

/// <summary>The node's id, made at the first start and kept in the data folder. A node that lost it is a new node.</summary>
internal static class NodeIdentity
{
    public const string FileName = "node-id";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxFileBytes = 256;

    /// <exception cref="ConfigurationException">The folder or file cannot be used, or the file holds no id; it is left as it is.</exception>
    public static NodeId LoadOrCreate(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            Directory.CreateDirectory(dataFolder);

            // Of two processes that start at once, the second must take the first one's id; a move that does not overwrite is not atomic here.
            using var turn = new Mutex(initiallyOwned: false, MutexName(path));
            turn.WaitOne();
            try
            {
                if (!File.Exists(path))
                {
                    Create(path);
                }

                return Read(path);
            }
            finally
            {
                turn.ReleaseMutex();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Node:Data: {path} cannot be used ({error.Message})");
        }
    }

    private static NodeId Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        var text = file.Length <= MaxFileBytes ? new StreamReader(file).ReadToEnd().Trim() : "";
        return NodeId.TryParse(text, out var id) ? id
            : throw new ConfigurationException($"Node:Data: {path} holds no node id (32 hex digits); restore it, or delete it to make this a new node");
    }

    private static void Create(string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var file = new FileStream(temporary, create))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{NodeId.NewRandom()}\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }

    private static string MutexName(string path) =>
        "p2p-miner-" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(path))));
}
