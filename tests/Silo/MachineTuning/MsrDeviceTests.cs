using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

/// <summary>On sparse files, whose bytes are read and written as those of the kernel's device are.</summary>
public sealed class MsrDeviceTests
{
    private const uint Register = 0xC001102B;

    [Fact]
    public void Write_ToOneCpu_IsEightBytesLittleEndianAtTheRegistersNumber()
    {
        using var machine = new MadeUpMachine().With("/dev/cpu/0/msr", "").With("/dev/cpu/1/msr", "");
        var device = new MsrDevice(machine.Root);

        device.Write(1, Register, 0x0102030405060708);

        using var file = File.OpenHandle(machine.Place("/dev/cpu/1/msr"));
        var bytes = new byte[8];
        Assert.Equal(8, RandomAccess.Read(file, bytes, Register));
        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1], bytes);
        Assert.Equal(Register + 8, RandomAccess.GetLength(file));
        Assert.Equal(0x0102030405060708UL, device.Read(1, Register));
        Assert.Equal(1, new FileInfo(machine.Place("/dev/cpu/0/msr")).Length);
    }

    [Fact]
    public void Cpus_WithOneOffline_AreTheOthersInOrder()
    {
        using var machine = new MadeUpMachine().With("/dev/cpu/10/msr", "").With("/dev/cpu/2/msr", "").With("/dev/cpu/3/cpuid", "").With("/dev/cpu/microcode", "");

        Assert.Equal([2, 10], new MsrDevice(machine.Root).Cpus);
    }

    [Fact]
    public void Read_BeyondWhatThereIs_NamesRegisterAndCpu()
    {
        using var machine = new MadeUpMachine().With("/dev/cpu/0/msr", "");

        var error = Assert.Throws<IOException>(() => new MsrDevice(machine.Root).Read(0, 0x1A4));

        Assert.Contains("register 1a4 of CPU 0", error.Message, StringComparison.Ordinal);
    }
}
