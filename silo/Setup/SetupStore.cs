using P2PMiner.Security;

namespace P2PMiner.Silo.Setup;

/// <summary>A folder on disk.</summary>
/// <param name="readers">The group that may read what is not secret; null: only its owner may.</param>
internal sealed class SetupStore(string folder, uint? readers) : ISetupStore
{
    private const int MaxBytes = 1024 * 1024;

    private readonly DataStore _store = new(folder);

    public string PathOf(string name) => _store.PathOf(name);

    public byte[]? Read(string name) => _store.Read(name, MaxBytes);

    public void Write(string name, byte[] content, bool isSecret) => _store.Replace(name, content, readers: isSecret ? null : readers);

    public void Remove(string name) => _store.Remove(name);
}
