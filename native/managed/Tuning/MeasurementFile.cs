using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>
/// What was measured on this machine, kept in the data folder: a small JSON file with one entry for each kind of start, newest first.
/// Whatever is wrong with it is said in one line and otherwise of no consequence: a damaged file is set aside, and it is measured anew.
/// </summary>
/// <param name="isSound">An entry says what can be.</param>
internal sealed class MeasurementFile<TEntry>(IMeasurementStore store, JsonTypeInfo<TEntry[]> type, Func<TEntry, bool> isSound)
    where TEntry : class
{
    /// <summary>Such as numbers of threads that were tried out.</summary>
    private const int KeptEntries = 16;

    public TEntry[] Read(ILogger log)
    {
        try
        {
            return store.Read() is { } content ? Parse(content) : [];
        }
        catch (JsonException e)
        {
            log.MeasurementsUnreadable(store.Path, $"{e.Message}; {SetAside()}");
            return [];
        }
        catch (IOException e)
        {
            log.MeasurementsUnreadable(store.Path, e.Message);
            return [];
        }
    }

    /// <param name="replaces">The entry that it takes the place of.</param>
    public void Keep(TEntry entry, Func<TEntry, bool> replaces, ILogger log)
    {
        TEntry[] entries = [.. Read(log).Where(old => !replaces(old)).Prepend(entry).Take(KeptEntries)];
        try
        {
            store.Write(JsonSerializer.SerializeToUtf8Bytes(entries, type));
        }
        catch (IOException e)
        {
            log.MeasurementNotKept(store.Path, e.Message);
        }
    }

    private TEntry[] Parse(byte[] content)
    {
        var entries = JsonSerializer.Deserialize(content, type) ?? [];
        return entries.All(entry => entry is not null && isSound(entry)) ? entries : throw new JsonException("an entry says what cannot be");
    }

    private string SetAside()
    {
        try
        {
            return $"it is kept as {store.SetAside()}";
        }
        catch (IOException e)
        {
            return $"it cannot be set aside ({e.Message})";
        }
    }
}
