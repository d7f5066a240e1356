namespace P2PMiner.Silo.MachineTuning;

/// <summary>Why registers are out of reach, in words for people. None of these keeps a machine from mining.</summary>
internal static class MsrObstacle
{
    public const string NoModule = "the kernel's module msr is not loaded (modprobe msr)";

    /// <returns>Null: nothing is in the way so far.</returns>
    public static string? Find(CpuModel cpu, MsrPreset? preset, IMsrDevice device)
        => !cpu.IsX86 ? "this processor has no such registers"
            : preset is null ? "no preset is known for this processor"
            : cpu.IsVirtual ? "this is a virtual machine, and the registers of the processor belong to its host"
            : device.Cpus.Count == 0 ? NoModule
            : null;
}
