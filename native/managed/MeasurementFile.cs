using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>
/// What was measured on this machine, kept in the data folder: a small JSON file with one entry for each kind of start, newest first. Whatever is wrong with it is
/// said in one line and otherwise of no consequence: it is measured anew.
/// </summary>
/// <param name="isSound">An entry says what can be.</param>
internal sealed class MeasurementFile<TEntry>(string path, JsonTypeInfo<TEntry[]> type, Func<TEntry, bool> isSound)
    where TEntry : class
{
    /// <summary>Such as numbers of threads that were tried out.</summary>
    private const int KeptEntries = 16;

    public TEntry[] Read(ILogger log)
    {
        try
        {
            if (!File.Exists(path))
            {
                return [];
            }

            var entries = JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? [];
            return entries.All(entry => entry is not null && isSound(entry)) ? entries : throw new JsonException("an entry says what cannot be");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            log.MeasurementsUnreadable(path, e.Message);
            return [];
        }
    }

    /// <param name="replaces">The entry that it takes the place of.</param>
    public void Keep(TEntry entry, Func<TEntry, bool> replaces, ILogger log)
    {
        TEntry[] entries = [.. Read(log).Where(old => !replaces(old)).Prepend(entry).Take(KeptEntries)];
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var whole = $"{path}.new";
            File.WriteAllBytes(whole, JsonSerializer.SerializeToUtf8Bytes(entries, type));
            File.Move(whole, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.MeasurementNotKept(path, e.Message);
        }
    }
}
