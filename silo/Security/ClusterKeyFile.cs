using System.Globalization;
using System.Text;

namespace P2PMiner.Silo.Security;

/// <summary>
/// The key ring in the data folder: the current key's token on the first line, then one line "TOKEN until TIME" for each former key and
/// "TOKEN next until TIME" for each that is to be current soon. Readable by its owner only; replaced in one step, and never without being asked to.
/// </summary>
internal sealed class ClusterKeyFile(string dataFolder, TimeProvider clock)
{
    public const string FileName = "cluster-key";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const string Until = " until ";
    private const string Next = " next";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int MaxFileBytes = 8192;

    public string Path { get; } = System.IO.Path.Combine(dataFolder, FileName);

    public bool Exists => File.Exists(Path);

    /// <exception cref="ClusterKeyException">No file, one that others may read, or one that holds no key; it is left as it is.</exception>
    public ClusterKeyRing Load() => Guard(() =>
    {
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read);
        if ((File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
        {
            throw new ClusterKeyException($"{Path}: other users may read or change it; run chmod 600 on it, and make a new key if others could have read it");
        }

        if (file.Length > MaxFileBytes)
        {
            throw Corrupt("too long");
        }

        var lines = new StreamReader(file, Encoding.ASCII).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? throw Corrupt("empty") : new ClusterKeyRing(ReadToken(lines[0]), clock, lines.Skip(1).Select(ReadOther));
    });

    /// <summary>The ring in the file; when there is none, a new key that is stored first.</summary>
    /// <param name="created">True: this call made the key, so the owner should be told how to add a machine.</param>
    public ClusterKeyRing LoadOrCreate(out bool created)
    {
        created = !Exists && TryCreate(ClusterKey.NewRandom());
        // Read back even when just made: of two processes that start at once, the second must take the first one's key.
        return Load();
    }

    /// <summary>Stores a key in a folder that has none.</summary>
    /// <exception cref="ClusterKeyException">There is a key already; losing one by accident would part the machine from its cluster.</exception>
    public void Create(ClusterKey key)
    {
        if (!TryCreate(key))
        {
            throw new ClusterKeyException($"{Path}: there is a cluster key already; p2p-miner join --replace TOKEN keeps it aside and takes another; to make a new one, move the file away first");
        }
    }

    /// <summary>Writes a ring over the one in the file: for a rotation that the owner asked for.</summary>
    /// <exception cref="ClusterKeyException">It cannot be written; the file is as it was.</exception>
    public void Replace(ClusterKeyRing ring) => Guard(() =>
    {
        File.Move(WriteAside(ring), Path, overwrite: true);
        return true;
    });

    /// <summary>Stores another key, and keeps the file there was, whatever is in it, as cluster-key.old-TIME for its owner only.</summary>
    /// <returns>Where it is kept; null: there was none, or it has that key as the current one already and is left as it is.</returns>
    public string? Supersede(ClusterKey key) => Guard(() =>
    {
        if (TryCreate(key) || HasCurrent(key))
        {
            return null;
        }

        var kept = KeepAside();
        File.Move(WriteAside(new(key, clock)), Path, overwrite: true);
        return kept;
    });

    private bool HasCurrent(ClusterKey key)
    {
        try
        {
            return Load().Current.Equals(key);
        }
        catch (ClusterKeyException)
        {
            // Damaged, or open to others: a reason to replace it.
            return false;
        }
    }

    /// <summary>A copy and not a move: at no moment is the folder without a key, for which a start would make a new one.</summary>
    private string KeepAside()
    {
        var content = File.ReadAllBytes(Path);
        var name = $"{Path}.old-{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var kept = name;
        for (var i = 2; File.Exists(kept); i++)
        {
            kept = $"{name}-{i}";
        }

        using var file = new FileStream(kept, ForOwnerOnly());
        file.Write(content);
        file.Flush(flushToDisk: true);
        return kept;
    }

    private static FileStreamOptions ForOwnerOnly() => new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };

    private bool TryCreate(ClusterKey key) => Guard(() =>
    {
        var aside = WriteAside(new(key, clock));
        try
        {
            File.Move(aside, Path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(Path))
        {
            return false;
        }
        finally
        {
            File.Delete(aside);
        }
    });

    private string WriteAside(ClusterKeyRing ring)
    {
        Directory.CreateDirectory(dataFolder);
        var aside = $"{Path}.{Guid.NewGuid():N}";
        using var file = new FileStream(aside, ForOwnerOnly());
        using var writer = new StreamWriter(file, Encoding.ASCII) { NewLine = "\n" };
        writer.WriteLine(ring.Current.ToToken());
        foreach (var other in ring.Others)
        {
            writer.WriteLine(other.Key.ToToken() + (other.IsNext ? Next : "") + Until + other.Until.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        }

        writer.Flush();
        file.Flush(flushToDisk: true);
        return aside;
    }

    private AcceptedKey ReadOther(string line)
    {
        var parts = line.Split(Until, 2);
        var isNext = parts[0].EndsWith(Next, StringComparison.Ordinal);
        return parts.Length == 2 && DateTimeOffset.TryParseExact(parts[1], TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var until)
            ? new(ReadToken(isNext ? parts[0][..^Next.Length] : parts[0]), until, isNext)
            : throw Corrupt("a line after the first is not 'TOKEN until TIME' or 'TOKEN next until TIME'");
    }

    private ClusterKey ReadToken(string token)
    {
        try
        {
            return JoinToken.Read(token);
        }
        catch (ClusterKeyException error)
        {
            throw Corrupt(error.Message);
        }
    }

    private ClusterKeyException Corrupt(string reason)
        => new($"{Path}: holds no cluster key ({reason}); restore it, or move it away and join the cluster again");

    private T Guard<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClusterKeyException($"{Path}: there is no cluster key yet");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClusterKeyException($"{Path}: cannot be used ({error.Message})");
        }
    }
}
