using System.Text.Json.Serialization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>What a place held before it was changed.</summary>
internal sealed record SavedValue
{
    /// <summary>Of a file; null: it is a register.</summary>
    public string? Path { get; init; }

    public int Cpu { get; init; }

    public uint Register { get; init; }

    public required string Value { get; init; }

    [JsonIgnore]
    public MachinePlace Place => new(Path, Cpu, Register);

    public static SavedValue Of(MachineChange change)
        => new() { Path = change.Place.Path, Cpu = change.Place.Cpu, Register = change.Place.Register, Value = change.Old };

    /// <summary>Only such places are ever saved; a file with others was not written here.</summary>
    public bool IsPlausible()
        => Value is { Length: > 0 and < 100 } && !Value.Any(char.IsControl) && (Path is null
            ? Cpu is >= 0 and < 1 << 16 && Value.Length == 16 && Value.All(char.IsAsciiHexDigit)
            : (Path.StartsWith("/sys/", StringComparison.Ordinal) && !Path.Contains("..", StringComparison.Ordinal)));
}

/// <summary>All of them, of one start of the machine.</summary>
internal sealed record SavedMachine
{
    /// <summary>/proc/sys/kernel/random/boot_id: after another start nothing is as it was changed.</summary>
    public required string Boot { get; init; }

    /// <summary>In the order of the changes.</summary>
    public required SavedValue[] Values { get; init; }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SavedMachine))]
internal sealed partial class SavedMachineJson : JsonSerializerContext;
