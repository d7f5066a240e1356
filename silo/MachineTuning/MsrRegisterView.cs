namespace P2PMiner.Silo.MachineTuning;

/// <summary>One register on all CPUs.</summary>
/// <param name="Value">On the first CPU.</param>
/// <param name="Cpus">How many have it.</param>
/// <param name="CpusAsWanted">On how many it is as the preset wants it.</param>
internal readonly record struct MsrRegisterView(MsrSetting Setting, ulong Value, int Cpus, int CpusAsWanted)
{
    /// <inheritdoc cref="IMsrDevice.Read"/>
    public static MsrRegisterView Read(MsrSetting setting, IMsrDevice device)
    {
        var values = device.Cpus.Select(cpu => device.Read(cpu, setting.Register)).ToList();
        return new(setting, values[0], values.Count, values.Count(setting.IsIn));
    }
}
