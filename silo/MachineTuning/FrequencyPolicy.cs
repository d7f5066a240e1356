namespace P2PMiner.Silo.MachineTuning;

/// <summary>How the kernel chooses the clock speed of a group of CPUs.</summary>
/// <param name="Folder">Such as /sys/devices/system/cpu/cpufreq/policy0.</param>
/// <param name="Governor">Who chooses now: "performance", "powersave", "schedutil".</param>
/// <param name="Available">Governors that there are.</param>
internal sealed record FrequencyPolicy(string Folder, string Governor, IReadOnlyList<string> Available)
{
    public const string Performance = "performance";

    public string GovernorFile => $"{Folder}/scaling_governor";

    /// <param name="root">Where /sys lies; "/" outside tests.</param>
    /// <returns>Empty: the clock speed is not the kernel's to choose, as in most virtual machines.</returns>
    public static IReadOnlyList<FrequencyPolicy> ReadAll(string root = "/")
        => [.. from policy in MachineText.Numbered(root, "/sys/devices/system/cpu/cpufreq", "policy")
               let governor = MachineText.Read(root, $"{policy.Path}/scaling_governor")
               where governor is { Length: > 0 }
               select new FrequencyPolicy(policy.Path, governor, MachineText.Read(root, $"{policy.Path}/scaling_available_governors")?.Split(' ') ?? [])];
}
