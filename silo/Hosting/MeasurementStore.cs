using P2PMiner.Native;
using P2PMiner.Security;

namespace P2PMiner.Silo.Hosting;

/// <summary>Measurements as a file of the data folder.</summary>
internal sealed class MeasurementStore(DataStore store, string name, TimeProvider clock) : IMeasurementStore
{
    /// <summary>Sixteen entries are about ten kilobytes.</summary>
    private const int MaxFileBytes = 1 << 20;

    public string Path => store.PathOf(name);

    public byte[]? Read() => store.Read(name, MaxFileBytes);

    public void Write(byte[] content) => store.Replace(name, content);

    public string? SetAside() => store.SetAside(name, DataStore.Damaged, clock.GetUtcNow());
}
