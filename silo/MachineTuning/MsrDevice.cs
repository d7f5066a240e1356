using System.Buffers.Binary;
using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>
/// The registers of all logical CPUs, as the kernel's module msr shows them: /dev/cpu/N/msr, 8 bytes little-endian at the offset that is the register's
/// number. For root only.
/// </summary>
/// <param name="root">Where /dev lies; "/" outside tests.</param>
internal sealed class MsrDevice(string root = "/") : IMsrDevice
{
    private const string Folder = "/dev/cpu";

    public IReadOnlyList<int> Cpus
    {
        get
        {
            var folder = MachineText.Place(root, Folder);
            return !Directory.Exists(folder) ? []
                : [.. Directory.EnumerateDirectories(folder).Where(cpu => File.Exists(Path.Combine(cpu, "msr")))
                    .Select(cpu => int.TryParse(Path.GetFileName(cpu), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)
                    .Where(number => number >= 0).Order()];
        }
    }

    public ulong Read(int cpu, uint register)
    {
        using var device = Open(cpu, FileAccess.Read);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        var count = RandomAccess.Read(device, bytes, register);
        return count == bytes.Length ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
            : throw new IOException($"register {register:x} of CPU {cpu}: {count} bytes instead of {bytes.Length}");
    }

    public void Write(int cpu, uint register, ulong value)
    {
        using var device = Open(cpu, FileAccess.Write);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        RandomAccess.Write(device, bytes, register);
    }

    // Shared: a lock on the device would keep other programs' looks at it out.
    private Microsoft.Win32.SafeHandles.SafeFileHandle Open(int cpu, FileAccess access)
        => File.OpenHandle(MachineText.Place(root, $"{Folder}/{cpu}/msr"), FileMode.Open, access, FileShare.ReadWrite);
}
