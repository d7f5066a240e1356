using P2PMiner.Security;

namespace P2PMiner.Silo.Setup;

/// <summary>The cluster key on disk. Root acts as the owner of the folder, so that the service can read what setup wrote for it.</summary>
internal sealed class NodeKey(string folder, TimeProvider clock) : INodeKey
{
    private const string AsideWord = "undone";
    private const int MaxBytes = 8192;

    private readonly ClusterKeyFile _file = new(folder, clock);
    private readonly DataStore _store = new(folder);

    public string Folder => _store.Folder;

    public byte[]? Content() => AsOwner(Read);

    public ClusterKey? Current()
    {
        try
        {
            return AsOwner(() => Read() is null || _file.IsUnshared ? null : _file.Load().Current);
        }
        catch (ClusterKeyException)
        {
            // Damaged: nothing that could be lost by another key.
            return null;
        }
    }

    public string? Join(ClusterKey key)
    {
        try
        {
            return AsOwner(() => _file.Supersede(key));
        }
        catch (ClusterKeyException error)
        {
            throw new SetupException(error.Message);
        }
    }

    public string? GiveBack(byte[]? content) => AsOwner(() => Restore(content));

    private string? Restore(byte[]? content)
    {
        var present = Read();
        if (present is null ? content is null : content is not null && present.AsSpan().SequenceEqual(content))
        {
            RemoveCopies(content);
            return null;
        }

        if (content is null)
        {
            return _store.SetAside(ClusterKeyFile.FileName, AsideWord, clock.GetUtcNow());
        }

        // A copy first: at no moment is the folder without a key, for which a start would make a new one.
        var names = DataStore.AsideNames(ClusterKeyFile.FileName, AsideWord, clock.GetUtcNow());
        var aside = present is null ? null : names.First(name => _store.TryCreate(name, present));
        _store.Replace(ClusterKeyFile.FileName, content);
        RemoveCopies(content);
        return aside is null ? null : _store.PathOf(aside);
    }

    /// <summary>The key is back in its place, and each further copy is one more that must not leak.</summary>
    private void RemoveCopies(byte[]? content)
    {
        foreach (var name in content is null ? [] : _file.KeptAside().Where(name => IsSame(name, content)).ToList())
        {
            _store.Remove(name);
        }
    }

    private bool IsSame(string name, byte[] content)
    {
        try
        {
            return _store.Read(name, MaxBytes) is { } copy && copy.AsSpan().SequenceEqual(content);
        }
        catch (DataFileException)
        {
            // Of another kind or another user: not a copy that setup made.
            return false;
        }
    }

    private byte[]? Read() => _store.Read(ClusterKeyFile.FileName, MaxBytes, FileUse.ReadSecret);

    private T AsOwner<T>(Func<T> work) => FolderOwner.OfService.Act(Folder, work);
}
