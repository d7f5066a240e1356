using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>RandomX shapes that were measured, kept in the data folder.</summary>
public sealed class ShapeFile(IMeasurementStore store)
{
    public const string Name = "randomx-machines.json";

    private readonly MeasurementFile<ShapeEntry> _file = new(store, ShapeJson.Default.ShapeEntryArray, entry => entry.ToShape() is not null);

    /// <returns>Null: none was kept for this machine as it is now.</returns>
    internal RandomXShape? Find(ShapeKey key, ILogger log) => _file.Read(log).FirstOrDefault(entry => entry.Machine == key)?.ToShape();

    internal void Keep(ShapeKey key, RandomXShape shape, DateTimeOffset now, ILogger log)
        => _file.Keep(new() { Machine = key, Machines = shape.Machines, Fetch = shape.Fetch, Measured = now }, entry => entry.Machine == key, log);
}

/// <summary>All that decides which shape is best with the whole dataset: a measured one counts as long as it stays the same.</summary>
internal sealed record ShapeKey
{
    /// <summary>"rx/0" or "rx/2".</summary>
    public required string Algorithm { get; init; }
    public required string Cpu { get; init; }
    public required long L3Bytes { get; init; }
    public required int Threads { get; init; }
    public required string Kernel { get; init; }
    public required uint MachinesMax { get; init; }
    public required bool HugePages { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }
}

/// <summary>As it stands in the file.</summary>
internal sealed record ShapeEntry
{
    public required ShapeKey Machine { get; init; }
    public required uint Machines { get; init; }
    public required RandomXFetch Fetch { get; init; }
    public required DateTimeOffset Measured { get; init; }

    /// <summary>Null: out of range.</summary>
    public RandomXShape? ToShape() => Machines is >= 1 and <= RandomXShape.MachinesMax && Enum.IsDefined(Fetch) ? new(Machines, Fetch) : null;
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ShapeEntry[]))]
internal sealed partial class ShapeJson : JsonSerializerContext;
