namespace P2PMiner.Silo.MachineTuning;

/// <summary>What of a preset is in the registers now. Changes nothing.</summary>
/// <param name="Cpu">The processor.</param>
/// <param name="Preset">Null: none is known for it.</param>
/// <param name="Obstacle">Why the registers cannot be read or are not worth reading, for people: a virtual machine, no module, not root. Null: they were read.</param>
/// <param name="Registers">One for each setting of the preset; empty with an <paramref name="Obstacle"/> or no preset.</param>
internal sealed record MsrView(CpuModel Cpu, MsrPreset? Preset, string? Obstacle, IReadOnlyList<MsrRegisterView> Registers)
{
    /// <summary>Every register of every CPU is as the preset has it.</summary>
    public bool IsApplied => Registers.Count > 0 && Registers.All(register => register.CpusAsWanted == register.Cpus);

    /// <param name="root">Where /proc and /dev lie; "/" outside tests.</param>
    public static MsrView Read(string root = "/") => Read(root, new MsrDevice(root));

    public static MsrView Read(string root, IMsrDevice device)
    {
        var cpu = CpuModel.Read(root);
        var preset = MsrPreset.For(cpu);
        var obstacle = MsrObstacle.Find(cpu, preset, device);
        if (obstacle is not null)
        {
            return new(cpu, preset, obstacle, []);
        }

        try
        {
            return new(cpu, preset, null, [.. preset!.Settings.Select(setting => MsrRegisterView.Read(setting, device))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(cpu, preset, Refusal.Of(e), []);
        }
    }
}
