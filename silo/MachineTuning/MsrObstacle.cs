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

    /// <summary>What nobody can mend on this machine. The module is loaded when the registers are set.</summary>
    /// <param name="root">Where /proc and /sys lie; "/" outside tests.</param>
    public static string? FindLasting(string root, IMsrDevice device)
    {
        var cpu = CpuModel.Read(root);
        return Find(cpu, MsrPreset.For(cpu), device) is { } why && why != NoModule ? why : OfKernel(root);
    }

    public static string? OfKernel(string root)
        => KernelLockdown.ForbidsWriting(root) ? $"the kernel is locked down ({KernelLockdown.Read(root)}), as it is under Secure Boot" : null;
}
