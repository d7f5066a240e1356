using System.Globalization;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Sensors;

/// <summary>
/// The temperature of the processor, from the sensors that are in it: those on the board, of which some machines have many, show anything from a cold fan to
/// 127 °C for a missing probe. One caller at a time.
/// </summary>
/// <param name="root">Of the file tree; "/" outside tests.</param>
internal sealed class CpuTemperature(string root, ILogger<CpuTemperature> log)
{
    private const string Chips = "/sys/class/hwmon";

    /// <summary>Drivers in order of preference, and the labels of their inputs, the best first; "" for an input without one.</summary>
    private static readonly (string Chip, string[] Labels)[] Known =
    [
        ("zenpower", ["Tdie", "Tctl"]),
        ("k10temp", ["Tdie", "Tctl"]),
        ("coretemp", ["Package id 0", "Package id 1", "Package id 2", "Package id 3"]),
        ("cpu_thermal", [""]),
        ("scpi_sensors", [""]),
    ];

    private string[]? _inputs;
    private bool _isTold;

    /// <returns>In °C, of the hottest processor if there are several; null: it cannot be read.</returns>
    public double? Read()
    {
        // The numbers of the chips can change while the machine runs, when a driver is loaded again.
        if (_inputs is null || ReadAll(_inputs) is not { } hottest)
        {
            _inputs = Find();
            hottest = ReadAll(_inputs) ?? double.NaN;
        }

        if (double.IsFinite(hottest))
        {
            return hottest;
        }

        if (!_isTold)
        {
            log.NoTemperature();
            _isTold = true;
        }

        return null;
    }

    private double? ReadAll(string[] inputs)
        => inputs.Select(Degrees).Where(degrees => degrees is > -40 and < 150).DefaultIfEmpty().Max();

    private double? Degrees(string input)
        => int.TryParse(MachineText.Read(root, input), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var thousandths)
            ? thousandths / 1000.0 : null;

    private string[] Find()
    {
        var chips = MachineText.Numbered(root, Chips, "hwmon").Select(chip => (chip.Path, Name: MachineText.Read(root, $"{chip.Path}/name"))).ToArray();
        foreach (var (name, labels) in Known)
        {
            var inputs = chips.Where(chip => chip.Name == name).Select(chip => InputOf(chip.Path, labels)).OfType<string>().ToArray();
            if (inputs.Length > 0)
            {
                return inputs;
            }
        }

        return [];
    }

    private string? InputOf(string chip, string[] labels)
    {
        var inputs = Enumerable.Range(1, 64).Select(number => $"{chip}/temp{number}")
            .Where(input => Degrees($"{input}_input") is not null)
            .Select(input => (Input: $"{input}_input", Label: MachineText.Read(root, $"{input}_label") ?? "")).ToArray();
        return labels.Select(label => Array.Find(inputs, input => input.Label == label).Input).FirstOrDefault(input => input is not null);
    }
}
