using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>
/// Lanes that were measured, kept in the data folder: a small JSON file with one entry for each kind of start, newest first. Whatever is wrong with it is
/// said in one line and otherwise of no consequence: it is measured anew.
/// </summary>
public sealed class TuningFile(string path)
{
    public const string Name = "ghostrider-lanes.json";

    /// <summary>Such as numbers of threads that were tried out.</summary>
    private const int KeptEntries = 16;

    /// <returns>Null: none was kept for this machine as it is now.</returns>
    internal LaneDepths? Find(TuningKey key, ILogger log)
        => Read(log).FirstOrDefault(entry => entry.Machine == key) is { } found ? found.ToDepths() : null;

    internal void Keep(TuningKey key, LaneDepths depths, DateTimeOffset now, ILogger log)
    {
        var entries = Read(log).Where(entry => entry.Machine != key).Prepend(TuningEntry.Of(key, depths, now)).Take(KeptEntries);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var whole = $"{path}.new";
            File.WriteAllBytes(whole, JsonSerializer.SerializeToUtf8Bytes(entries.ToArray(), TuningJson.Default.TuningEntryArray));
            File.Move(whole, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LanesNotKept(path, e.Message);
        }
    }

    private TuningEntry[] Read(ILogger log)
    {
        try
        {
            if (!File.Exists(path))
            {
                return [];
            }

            var entries = JsonSerializer.Deserialize(File.ReadAllBytes(path), TuningJson.Default.TuningEntryArray) ?? [];
            return entries.All(entry => entry is not null && entry.ToDepths() is not null) ? entries : throw new JsonException("an entry has no lanes that can be");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            log.LanesUnreadable(path, e.Message);
            return [];
        }
    }
}

/// <summary>As it stands in the file.</summary>
internal sealed record TuningEntry
{
    public required TuningKey Machine { get; init; }

    /// <summary>By the variants' names.</summary>
    public required Dictionary<string, int> Lanes { get; init; }

    public required DateTimeOffset Measured { get; init; }

    public static TuningEntry Of(TuningKey key, LaneDepths depths, DateTimeOffset now) => new()
    {
        Machine = key,
        Lanes = LaneDepths.Names.Select((name, variant) => (name, variant)).ToDictionary(pair => pair.name, pair => depths[pair.variant]),
        Measured = now,
    };

    /// <summary>Null: they are not complete, or out of range.</summary>
    public LaneDepths? ToDepths()
    {
        var lanes = LaneDepths.Names.Select(name => Lanes?.GetValueOrDefault(name) ?? 0).ToArray();
        return lanes.All(count => count is >= 1 and <= LaneDepths.Most) ? new(lanes) : null;
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TuningEntry[]))]
internal sealed partial class TuningJson : JsonSerializerContext;
