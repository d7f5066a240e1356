using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Sensors;

/// <summary>
/// What the processors take, from the counters of energy that Linux offers as powercap (RAPL). Readable by root only on most machines, and not there at all on
/// ARM and in most virtual machines. One caller at a time.
/// </summary>
/// <param name="root">Of the file tree; "/" outside tests.</param>
internal sealed class CpuPower(string root, TimeProvider clock, ILogger<CpuPower> log)
{
    /// <summary>A counter begins anew after a minute or more at full power: after a longer time its growth says nothing.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(100);

    private const string Zones = "/sys/class/powercap";
    private const double MicrojoulesInJoule = 1e6;

    private (string Energy, long Range)[]? _packages;
    private long[]? _before;
    private long _at;
    private bool _isTold;

    /// <returns>Mean power in watts since the last call, of all processors; null: it cannot be read, or there was no call lately.</returns>
    public double? Read()
    {
        _packages ??= Find();
        var now = _packages.Select(package => MachineText.Number(root, package.Energy)).ToArray();
        if (now.Length == 0 || now.Any(energy => energy is null))
        {
            if (!_isTold)
            {
                log.NoPower();
                _isTold = true;
            }

            (_packages, _before) = (null, null);
            return null;
        }

        var energies = now.Select(energy => energy!.Value).ToArray();
        var (before, elapsed) = (_before, clock.GetElapsedTime(_at));
        (_before, _at) = (energies, clock.GetTimestamp());
        if (before is null || before.Length != energies.Length || elapsed <= TimeSpan.Zero || elapsed > LongestInterval)
        {
            return null;
        }

        var microjoules = energies.Select((energy, i) => (double)energy - before[i] + (energy >= before[i] ? 0 : _packages[i].Range)).Sum();
        return microjoules >= 0 ? microjoules / MicrojoulesInJoule / elapsed.TotalSeconds : null;
    }

    /// <summary>The zones of whole processors: those below them and "psys", the whole machine, would count the same energy again.</summary>
    private (string Energy, long Range)[] Find()
        => [.. MachineText.Numbered(root, Zones, "intel-rapl:")
            .Where(zone => MachineText.Read(root, $"{zone.Path}/name")?.StartsWith("package", StringComparison.Ordinal) == true)
            .Select(zone => ($"{zone.Path}/energy_uj", MachineText.Number(root, $"{zone.Path}/max_energy_range_uj") ?? 0))];
}
