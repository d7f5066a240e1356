using System.Globalization;
using System.Text;

namespace P2PMiner.Security;

/// <summary>
/// The key ring in the data folder: the current key's token on the first line, then one line "TOKEN until TIME" for each former key and
/// "TOKEN next until TIME" for each that is to be current soon. Readable by its owner only; replaced in one step, and only when asked to.
/// </summary>
internal sealed class ClusterKeyFile(string dataFolder, TimeProvider clock)
{
    public const string FileName = "cluster-key";

    /// <summary>Beside a key that a start has made: its id, for as long as nobody else can have it. See <see cref="IsUnshared"/>.</summary>
    private const string UnsharedName = FileName + ".unshared";

    private const string Until = " until ";
    private const string Next = " next";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string OldWord = "old";
    private const int MaxFileBytes = 8192;

    /// <summary>Whatever is in place of a key file is kept whole up to this size, as a copy.</summary>
    private const int MaxKeptBytes = 1 << 20;

    private readonly DataStore _store = new(dataFolder);

    public string Path => _store.PathOf(FileName);

    public string Folder => _store.Folder;

    /// <summary>
    /// A start made the key because there was none, and it has never been on another machine as far as this one can know: no invitation has shown it, and no
    /// other node has been heard under it. Nothing is lost when another takes its place. False for keys of versions that made no note of it.
    /// </summary>
    public bool IsUnshared
    {
        get
        {
            try
            {
                return _store.Read(UnsharedName, MaxFileBytes) is { } mark && Find() is { } ring && Encoding.ASCII.GetString(mark).Trim() == ring.Current.Id;
            }
            catch (Exception error) when (error is ClusterKeyException or DataFileException)
            {
                return false;
            }
        }
    }

    /// <summary>The key is shown to somebody, or somebody else has it: from now on only its owner can say that it may go.</summary>
    /// <exception cref="ClusterKeyException">The folder cannot be written.</exception>
    public void MarkShared() => Guard(() =>
    {
        if (_store.Read(UnsharedName, MaxFileBytes) is not null)
        {
            _store.Remove(UnsharedName);
        }

        return true;
    });

    /// <exception cref="ClusterKeyException">There is no file, others may read it, or it holds no key; it is left as it is.</exception>
    public ClusterKeyRing Load() => Find() ?? throw new ClusterKeyException($"{Path}: there is no cluster key yet") { IsMissing = true };

    /// <summary>The ring in the file; when there is none, a new key that is stored first.</summary>
    /// <param name="created">True: this call made the key, so the owner should be told how to add a machine.</param>
    public ClusterKeyRing LoadOrCreate(out bool created)
    {
        created = false;
        if (Find() is { } ring)
        {
            return ring;
        }

        var key = ClusterKey.NewRandom();
        created = TryCreate(key);
        if (created)
        {
            // Second: without it, the key counts as one that others have.
            Guard(() =>
            {
                _store.Replace(UnsharedName, Encoding.ASCII.GetBytes($"{key.Id}\n"));
                return true;
            });
        }

        // Read back even when just made: if two processes start at once, the second must use the first one's key.
        return Load();
    }

    /// <summary>Stores a key in a folder that has none.</summary>
    /// <exception cref="ClusterKeyException">
    /// There is a key already; losing it by accident would separate the machine from its cluster.
    /// </exception>
    public void Create(ClusterKey key)
    {
        if (!TryCreate(key))
        {
            throw new ClusterKeyException($"{Path}: there is a cluster key already; p2p-miner join --replace TOKEN sets it aside "
                + "and uses the token's; to create a new one, move the file away first");
        }
    }

    /// <summary>Writes a ring over the one in the file: for a rotation that the owner asked for.</summary>
    /// <exception cref="ClusterKeyException">It cannot be written; the file is unchanged.</exception>
    public void Replace(ClusterKeyRing ring) => Guard(() =>
    {
        _store.Replace(FileName, Write(ring));
        return true;
    });

    /// <summary>Stores another key, and keeps the old file, whatever is in it, as cluster-key.old-TIME for its owner only.</summary>
    /// <returns>Where the old file is kept; null: there was none, or its current key is that key already and it is left as it is.</returns>
    public string? Supersede(ClusterKey key) => Guard(() =>
    {
        if (TryCreate(key) || HasCurrent(key))
        {
            return null;
        }

        var kept = KeepAside();
        _store.Replace(FileName, Write(new(key, clock)));
        return kept;
    });

    /// <summary>Names of what <see cref="Supersede"/> has kept in the folder.</summary>
    public IEnumerable<string> KeptAside() => Directory.EnumerateFiles(Folder, $"{FileName}.{OldWord}-*").Select(path => System.IO.Path.GetFileName(path));

    private bool HasCurrent(ClusterKey key)
    {
        try
        {
            return Load().Current.Equals(key);
        }
        catch (ClusterKeyException)
        {
            // Damaged, or open to others: a good reason to replace it.
            return false;
        }
    }

    /// <summary>A copy and not a move: at no moment is the folder without a key, for which a start would make a new one.</summary>
    private string? KeepAside()
    {
        try
        {
            return _store.Read(FileName, MaxKeptBytes) is { } content
                ? _store.PathOf(DataStore.AsideNames(FileName, OldWord, clock.GetUtcNow()).First(name => _store.TryCreate(name, content)))
                : null;
        }
        catch (DataFileException)
        {
            // A link, a FIFO or another user's file: not a key that a start could have used.
            return _store.SetAside(FileName, OldWord, clock.GetUtcNow());
        }
    }

    private bool TryCreate(ClusterKey key) => Guard(() => _store.TryCreate(FileName, Write(new(key, clock))));

    /// <returns>Null: there is no file.</returns>
    private ClusterKeyRing? Find() => Guard(() => _store.Read(FileName, MaxFileBytes, FileUse.ReadSecret) is { } content ? Read(content) : null);

    private ClusterKeyRing Read(byte[] content)
    {
        var lines = Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? throw Corrupt("empty") : new ClusterKeyRing(ReadToken(lines[0]), clock, lines.Skip(1).Select(ReadOther));
    }

    private static byte[] Write(ClusterKeyRing ring)
    {
        var text = new StringBuilder($"{ring.Current.ToToken()}\n");
        foreach (var other in ring.Others)
        {
            text.Append(CultureInfo.InvariantCulture, $"{other.Key.ToToken()}{(other.IsNext ? Next : "")}{Until}{other.Until.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
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

    private static T Guard<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (DataFileException error)
        {
            throw new ClusterKeyException(error.Message);
        }
    }
}
