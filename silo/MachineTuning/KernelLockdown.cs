namespace P2PMiner.Silo.MachineTuning;

/// <summary>Whether the kernel keeps even root from changing registers, as it does on most systems that started under Secure Boot.</summary>
internal static class KernelLockdown
{
    /// <param name="root">Where /sys lies; "/" outside tests.</param>
    /// <returns>"none", "integrity" (nothing may be written) or "confidentiality" (nor read); empty where the kernel has no such thing.</returns>
    public static string Read(string root = "/") => MachineText.Chosen(MachineText.Read(root, "/sys/kernel/security/lockdown"));

    public static bool ForbidsWriting(string root = "/") => Read(root) is "integrity" or "confidentiality";
}
