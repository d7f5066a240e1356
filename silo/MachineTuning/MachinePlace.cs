using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>Something of a machine that holds a value: a file of the kernel, or a register of one CPU.</summary>
/// <param name="Path">Of a file; null: it is a register.</param>
internal readonly record struct MachinePlace(string? Path, int Cpu = 0, uint Register = 0)
{
    public static MachinePlace OfRegister(int cpu, uint register) => new(null, cpu, register);

    /// <returns>A line of text, a register as 16 hex digits; null: it is not there (any more).</returns>
    /// <inheritdoc cref="IMsrDevice.Read"/>
    public string? Read(IMachine machine)
        => Path is not null ? MachineText.Read(machine.Root, Path)
            : machine.Registers.Cpus.Contains(Cpu) ? TextOf(machine.Registers.Read(Cpu, Register)) : null;

    /// <inheritdoc cref="IMachine.WriteFile"/>
    public void Write(IMachine machine, string value)
    {
        if (Path is not null)
        {
            machine.WriteFile(Path, value);
        }
        else
        {
            machine.Registers.Write(Cpu, Register, ulong.Parse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        }
    }

    public static string TextOf(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>"register c0011020 of CPU 3"</summary>
    public override string ToString() => Path ?? string.Create(CultureInfo.InvariantCulture, $"register {Register:x} of CPU {Cpu}");
}
