using P2PMiner.Security;

namespace P2PMiner.Silo.Setup;

/// <summary>A folder on disk.</summary>
/// <param name="readers">The group that may read what is not secret; null: only its owner may.</param>
internal sealed class SetupStore(string folder, uint? readers) : ISetupStore
{
    private const int MaxBytes = 1024 * 1024;
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DataStore _store = new(folder);

    public string PathOf(string name) => _store.PathOf(name);

    public byte[]? Read(string name) => _store.Read(name, MaxBytes);

    public UnixFileMode? ModeOf(string name) => Read(name) is null ? null : File.GetUnixFileMode(PathOf(name));

    public void SetMode(string name, UnixFileMode mode) => File.SetUnixFileMode(PathOf(name), mode);

    public void Write(string name, byte[] content, bool isSecret)
    {
        if (readers is not null && !Directory.Exists(_store.Folder))
        {
            // Others must be able to enter it. Where there are no readers, the store makes it for the owner alone.
            Directory.CreateDirectory(_store.Folder, ForAll);
        }

        _store.Replace(name, content, readers: isSecret ? null : readers);
    }

    public void Remove(string name) => _store.Remove(name);
}
