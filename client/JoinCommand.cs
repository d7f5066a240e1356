using System.Text;

namespace P2PMiner.Client;

/// <summary>What to type on another machine so that it joins this one's cluster, from the key file that p2p-miner keeps.</summary>
internal static class JoinCommand
{
    private const string FileName = "cluster-key";
    private const string TokenStart = "p2p1-";
    private const int MaxTokenLength = 128;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <param name="folder">The node's data folder; null: the usual one of this user.</param>
    /// <exception cref="RefusedException">No key file, one that others may read, or one that holds no token; the message repeats nothing of it.</exception>
    public static string Read(string? folder)
    {
        var path = Path.Combine(folder ?? DataFolder.Usual(), FileName);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw new RefusedException($"{path}: other users may read it; run chmod 600 on it, and make a new key if others could have read it");
            }

            var buffer = new byte[MaxTokenLength + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var token = Encoding.ASCII.GetString(buffer, 0, length).Split('\n')[0].Trim();
            return token.StartsWith(TokenStart, StringComparison.Ordinal) && token.Length <= MaxTokenLength && token.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
                ? $"p2p-miner join {token}"
                : throw new RefusedException($"{path}: holds no join token");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RefusedException($"{path}: there is no cluster key; name the miner's data folder with --data, or run p2p-miner cluster init");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be read ({error.Message})");
        }
    }
}
