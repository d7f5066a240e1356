namespace P2PMiner.Silo.MachineTuning;

/// <summary>
/// Registers that make a processor's prefetchers suit RandomX, GhostRider and other hashes that read memory at random. They are the same for all
/// logical CPUs.
/// </summary>
/// <remarks>
/// Source: the public documentation of XMRig ("MSR mod", the list of wrmsr lines by processor) and what owners of such machines published since.
/// AMD: C0011020 load-store configuration, C0011021 instruction cache (bit 5 is left as it is), C0011022 data cache, C001102B combined unit.
/// Intel: 1A4, whose four bits turn off the prefetchers, as in Intel's manual, volume 4. Their owners measured +3.5 % to 15 %.
/// </remarks>
/// <param name="Name">For messages: "Zen 3".</param>
internal sealed record MsrPreset(string Name, IReadOnlyList<MsrSetting> Settings)
{
    private const ulong AllButBit5 = ~0x20UL;

    public static MsrPreset Zen2 { get; } = new("Zen to Zen 2",
        [new(0xC0011020, 0), new(0xC0011021, 0x40, AllButBit5), new(0xC0011022, 0x1510000), new(0xC001102B, 0x2000CC16)]);

    public static MsrPreset Zen3 { get; } = new("Zen 3",
    [
        new(0xC0011020, 0x0004480000000000), new(0xC0011021, 0x001C000200000040, AllButBit5), new(0xC0011022, 0xC000000401570000),
        new(0xC001102B, 0x2000CC10),
    ]);

    public static MsrPreset Zen4 { get; } = new("Zen 4 and Zen 5",
    [
        new(0xC0011020, 0x0004400000000000), new(0xC0011021, 0x0004000000000040, AllButBit5), new(0xC0011022, 0x8680000401570000),
        new(0xC001102B, 0x2040CC10),
    ]);

    public static MsrPreset Intel { get; } = new("Intel", [new(0x1A4, 0xF)]);

    /// <returns>Null: none is known for this processor.</returns>
    public static MsrPreset? For(CpuModel cpu) => (cpu.Vendor, cpu.Family, cpu.Model) switch
    {
        (CpuModel.Amd, 0x17, _) => Zen2,
        (CpuModel.Amd, 0x19, 0x61 or 0x75) => Zen4,
        (CpuModel.Amd, 0x19, _) => Zen3,
        (CpuModel.Amd, 0x1A, _) => Zen4,
        (CpuModel.Intel, _, _) => Intel,
        _ => null,
    };
}
