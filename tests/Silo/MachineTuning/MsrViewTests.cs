using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

public sealed class MsrViewTests
{
    [Fact]
    public void Read_PresetOnOneOfTwoCpus_CountsThem()
    {
        using var machine = new MadeUpMachine().WithCpu(CpuModel.Intel, 6, 0x9E).With("/dev/cpu/0/msr", "").With("/dev/cpu/1/msr", "");
        var device = new MsrDevice(machine.Root);
        device.Write(0, 0x1A4, 0xF);
        device.Write(1, 0x1A4, 0);

        var view = MsrView.Read(machine.Root);

        Assert.Equal([new(new(0x1A4, 0xF), 0xF, Cpus: 2, CpusAsWanted: 1)], view.Registers);
        Assert.False(view.IsApplied);
        device.Write(1, 0x1A4, 0xF);
        Assert.True(MsrView.Read(machine.Root).IsApplied);
    }

    [Theory]
    [InlineData(CpuModel.Intel, 6, "fpu hypervisor", "virtual machine")]
    [InlineData(CpuModel.Amd, 0x15, "fpu", "no preset")]
    [InlineData(CpuModel.Intel, 6, "fpu", "module msr")]
    [InlineData("", 0, "", "no such registers")]
    public void Read_WithSomethingInTheWay_SaysWhat(string vendor, int family, string flags, string why)
    {
        using var machine = new MadeUpMachine().WithCpu(vendor, family, 1, flags);

        var view = MsrView.Read(machine.Root);

        Assert.Contains(why, view.Obstacle, StringComparison.Ordinal);
        Assert.Empty(view.Registers);
        Assert.False(view.IsApplied);
    }
}
