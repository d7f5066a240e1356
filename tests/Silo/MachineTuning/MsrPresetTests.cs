using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

public sealed class MsrPresetTests
{
    [Theory]
    [InlineData(CpuModel.Amd, 0x17, 0x01, "Zen to Zen 2")]
    [InlineData(CpuModel.Amd, 0x17, 0x31, "Zen to Zen 2")]
    [InlineData(CpuModel.Amd, 0x19, 0x21, "Zen 3")]
    [InlineData(CpuModel.Amd, 0x19, 0x01, "Zen 3")]
    [InlineData(CpuModel.Amd, 0x19, 0x61, "Zen 4 and Zen 5")]
    [InlineData(CpuModel.Amd, 0x19, 0x75, "Zen 4 and Zen 5")]
    [InlineData(CpuModel.Amd, 0x1A, 0x44, "Zen 4 and Zen 5")]
    [InlineData(CpuModel.Intel, 6, 0x9E, "Intel")]
    [InlineData(CpuModel.Amd, 0x15, 0x02, null)]
    [InlineData("HygonGenuine", 0x18, 0x00, null)]
    [InlineData("", 0, 0, null)]
    public void For_EachProcessor_IsItsRow(string vendor, int family, int model, string? name)
        => Assert.Equal(name, MsrPreset.For(new(vendor, family, model, "", IsVirtual: false, HasGiantPages: true))?.Name);

    /// <summary>Bit by bit, against the definition.</summary>
    [Theory]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0x20UL)]
    [InlineData(0x123456789ABCDEF0UL)]
    public void Over_AnyOldValue_KeepsExactlyTheBitsOutsideTheMask(ulong old)
    {
        foreach (var setting in new[] { MsrPreset.Zen2, MsrPreset.Zen3, MsrPreset.Zen4, MsrPreset.Intel }.SelectMany(preset => preset.Settings))
        {
            for (var bit = 0; bit < 64; bit++)
            {
                var from = (setting.Mask >> bit & 1) != 0 ? setting.Value : old;
                Assert.Equal(from >> bit & 1, setting.Over(old) >> bit & 1);
            }

            Assert.True(setting.IsIn(setting.Over(old)));
        }
    }

    [Fact]
    public void Zen3_InstructionCacheRegister_LeavesBit5()
    {
        var setting = MsrPreset.Zen3.Settings.Single(setting => setting.Register == 0xC0011021);

        Assert.Equal(0x001C000200000060UL, setting.Over(0x20));
        Assert.Equal(0x001C000200000040UL, setting.Over(0));
    }
}
