using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

public sealed class MachineReadersTests
{
    [Fact]
    public void CpuModel_OfX86_IsThatOfTheFirstCpu()
    {
        using var machine = new MadeUpMachine().WithCpu(CpuModel.Amd, 25, 33, name: "AMD Ryzen 9 5950X 16-Core Processor");

        var cpu = CpuModel.Read(machine.Root);

        Assert.Equal(new(CpuModel.Amd, 0x19, 0x21, "AMD Ryzen 9 5950X 16-Core Processor", IsVirtual: false, HasGiantPages: true), cpu);
        Assert.Equal("AMD Ryzen 9 5950X 16-Core Processor (family 19h, model 21h)", cpu.ToString());
    }

    [Fact]
    public void CpuModel_WithHypervisorFlag_IsVirtual()
    {
        using var machine = new MadeUpMachine().WithCpu(CpuModel.Intel, 6, 85, "fpu hypervisor aes");

        var cpu = CpuModel.Read(machine.Root);

        Assert.True(cpu.IsVirtual);
        Assert.False(cpu.HasGiantPages);
    }

    [Fact]
    public void CpuModel_OfArm_IsNotX86()
    {
        using var machine = new MadeUpMachine()
            .With("/proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd aes\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b");

        var cpu = CpuModel.Read(machine.Root);

        Assert.False(cpu.IsX86);
        Assert.Equal("not known", cpu.ToString());
    }

    [Fact]
    public void Readers_OnEmptyTree_FindNothing()
    {
        using var machine = new MadeUpMachine();

        Assert.False(CpuModel.Read(machine.Root).IsX86);
        Assert.Null(HugePagePool.OfMachine(HugePagePool.HugeBytes, machine.Root));
        Assert.Empty(HugePagePool.OfNumaNodes(HugePagePool.HugeBytes, machine.Root));
        Assert.Empty(FrequencyPolicy.ReadAll(machine.Root));
        Assert.Equal(new TransparentHugePages("", ""), TransparentHugePages.Read(machine.Root));
        Assert.Equal("", KernelLockdown.Read(machine.Root));
        Assert.Empty(new MsrDevice(machine.Root).Cpus);
    }

    [Theory]
    [InlineData("always [madvise] never", "madvise", true)]
    [InlineData("[always] madvise never", "always", true)]
    [InlineData("always madvise [never]", "never", false)]
    public void TransparentHugePages_Mode_IsTheOneInBrackets(string text, string mode, bool canBeHad)
    {
        using var machine = new MadeUpMachine().With("/sys/kernel/mm/transparent_hugepage/enabled", text)
            .With("/sys/kernel/mm/transparent_hugepage/defrag", "always defer defer+madvise [madvise] never");

        var pages = TransparentHugePages.Read(machine.Root);

        Assert.Equal((mode, "madvise", canBeHad), (pages.Enabled, pages.Defrag, pages.CanBeHad));
    }

    [Theory]
    [InlineData("[none] integrity confidentiality", false)]
    [InlineData("none [integrity] confidentiality", true)]
    [InlineData("none integrity [confidentiality]", true)]
    public void KernelLockdown_ByItsMode_ForbidsWriting(string text, bool forbids)
    {
        using var machine = new MadeUpMachine().With("/sys/kernel/security/lockdown", text);

        Assert.Equal(forbids, KernelLockdown.ForbidsWriting(machine.Root));
    }

    [Fact]
    public void HugePagePool_OfMachineAndNodes_HasItsNumbers()
    {
        using var machine = new MadeUpMachine().WithPages(HugePagePool.HugeBytes, 1280, 100).WithPages(HugePagePool.GiantBytes, 2, 2)
            .WithPages(HugePagePool.HugeBytes, 640, 60, numaNode: 0).WithPages(HugePagePool.HugeBytes, 640, 40, numaNode: 10);

        var huge = HugePagePool.OfMachine(HugePagePool.HugeBytes, machine.Root)!;
        var giant = HugePagePool.OfMachine(HugePagePool.GiantBytes, machine.Root)!;
        var nodes = HugePagePool.OfNumaNodes(HugePagePool.HugeBytes, machine.Root);

        Assert.Equal((1280, 100, 1180, "2 MiB"), (huge.Total, huge.Free, huge.Used, huge.SizeName));
        Assert.Equal((2, 2, "1 GB"), (giant.Total, giant.Free, giant.SizeName));
        Assert.Equal([(0, 60), (10, 40)], nodes.Select(node => (node.NumaNode!.Value, (int)node.Free)));
        Assert.Equal("/sys/devices/system/node/node10/hugepages/hugepages-2048kB/nr_hugepages", nodes[1].CountFile);
    }

    [Fact]
    public void FrequencyPolicy_ReadAll_HasThemByNumber()
    {
        using var machine = new MadeUpMachine().WithGovernor(10, "schedutil", "schedutil performance").WithGovernor(2, "powersave");

        var policies = FrequencyPolicy.ReadAll(machine.Root);

        Assert.Equal(["powersave", "schedutil"], policies.Select(policy => policy.Governor));
        Assert.Equal(["schedutil", "performance"], policies[1].Available);
    }
}
