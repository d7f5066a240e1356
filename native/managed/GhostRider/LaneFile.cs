using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>Lanes that were measured, kept in the data folder.</summary>
public sealed class LaneFile(IMeasurementStore store)
{
    public const string Name = "ghostrider-lanes.json";

    private readonly MeasurementFile<LaneEntry> _file = new(store, LaneJson.Default.LaneEntryArray, entry => entry.ToDepths() is not null);

    /// <returns>Null: none was kept for this machine as it is now.</returns>
    internal LaneDepths? Find(LaneKey key, ILogger log) => _file.Read(log).FirstOrDefault(entry => entry.Machine == key)?.ToDepths();

    internal void Keep(LaneKey key, LaneDepths depths, DateTimeOffset now, ILogger log)
        => _file.Keep(LaneEntry.Of(key, depths, now), entry => entry.Machine == key, log);
}

/// <summary>As it stands in the file.</summary>
internal sealed record LaneEntry
{
    public required LaneKey Machine { get; init; }

    /// <summary>By the variants' names.</summary>
    public required Dictionary<string, int> Lanes { get; init; }

    public required DateTimeOffset Measured { get; init; }

    public static LaneEntry Of(LaneKey key, LaneDepths depths, DateTimeOffset now) => new()
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
[JsonSerializable(typeof(LaneEntry[]))]
internal sealed partial class LaneJson : JsonSerializerContext;
