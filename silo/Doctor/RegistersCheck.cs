using P2PMiner.Doctor;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>The processor's registers (MSR) that prefetching depends on, read back and compared with the preset of this processor.</summary>
internal static class RegistersCheck
{
    public const string Name = "MSR";

    private const string Gain = "3 to 15 percent more speed";

    public static IEnumerable<Finding> Examine(Examination given) => [Of(MsrView.Read(given.Root), given)];

    internal static Finding Of(MsrView view, Examination given)
    {
        if (view.Preset is null || view.Cpu.IsVirtual)
        {
            return Found.Ok(Name, $"Nothing to set: {view.Obstacle ?? "no preset is known for this processor"}.");
        }

        if (KernelLockdown.ForbidsWriting(given.Root) && !view.IsApplied)
        {
            return Found.Note(Name, $"The registers cannot be set: the kernel is locked down ({KernelLockdown.Read(given.Root)}), as under Secure Boot.");
        }

        if (view.Obstacle is { } obstacle)
        {
            // The service's process sees no devices, so the module itself tells whether anybody can have set them.
            return given.TuneService is { Active: "active" } ? Found.Ok(Name, $"{ServiceCheck.TuneUnit} has set the registers; only root can read them back.")
                : Directory.Exists(MachineText.Place(given.Root, "/sys/module/msr"))
                    ? Found.Note(Name, "The registers could not be read, because only root can.", given.User == 0 ? null : given.DoctorAsRoot)
                : Found.Speed(Name, $"The registers are not set for mining ({view.Preset.Name}): {obstacle}.", given.Tune, Gain);
        }

        var missing = view.Registers.Count(register => register.CpusAsWanted < register.Cpus);
        return missing == 0
            ? Found.Ok(Name, $"All {view.Registers.Count} registers are as the preset for {view.Preset.Name} has them, on every CPU.")
            : Found.Speed(Name, $"{missing} of {view.Registers.Count} registers are not as the preset for {view.Preset.Name} has them.", given.Tune,
                Gain);
    }
}
