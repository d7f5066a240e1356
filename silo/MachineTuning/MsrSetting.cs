namespace P2PMiner.Silo.MachineTuning;

/// <summary>What one model-specific register should hold.</summary>
/// <param name="Register">Its number, which is its offset in /dev/cpu/N/msr.</param>
/// <param name="Mask">The bits that <paramref name="Value"/> decides; the others stay as they are.</param>
internal readonly record struct MsrSetting(uint Register, ulong Value, ulong Mask = ulong.MaxValue)
{
    /// <summary>What to write where <paramref name="old"/> was read.</summary>
    public ulong Over(ulong old) => (old & ~Mask) | (Value & Mask);

    public bool IsIn(ulong value) => Over(value) == value;
}
