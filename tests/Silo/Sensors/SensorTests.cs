using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Sensors;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Sensors;

/// <summary>On file trees as machines have them.</summary>
public sealed class SensorTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly RecordingLogger _log = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly CpuTemperature _temperature;
    private readonly CpuPower _power;

    public SensorTests()
    {
        _temperature = new(_root.Path, _log.Of<CpuTemperature>());
        _power = new(_root.Path, _clock, _log.Of<CpuPower>());
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Temperature_IntelWithManyProbes_IsThePackages()
    {
        Chip(0, "acpitz", (1, null, 127_000));
        Chip(1, "pch_cannonlake", (1, null, 95_000));
        Chip(2, "coretemp", (1, "Package id 0", 61_000), (2, "Core 0", 99_000), (3, "Core 1", 58_000));
        Chip(3, "jc42", (1, null, 90_000));

        Assert.Equal(61, _temperature.Read());
    }

    [Theory]
    [InlineData("zenpower", "Tdie", 55.5)]
    [InlineData("k10temp", "Tdie", 55.5)]
    [InlineData("k10temp", "Tccd1", 82.25)]
    public void Temperature_Amd_IsTdieElseTctl(string chip, string second, double degrees)
    {
        Chip(0, chip, (1, "Tctl", 82_250), (3, second, 55_500));

        Assert.Equal(degrees, _temperature.Read());
    }

    [Fact]
    public void Temperature_TwoProcessors_IsThatOfTheHotter()
    {
        Chip(0, "coretemp", (1, "Package id 0", 61_000));
        Chip(1, "coretemp", (1, "Package id 1", 64_000), (2, "Core 0", 80_000));

        Assert.Equal(64, _temperature.Read());
    }

    [Fact]
    public void Temperature_RaspberryPi_HasNoLabel()
    {
        Chip(0, "cpu_thermal", (1, null, 48_312));

        Assert.Equal(48.312, _temperature.Read());
    }

    [Fact]
    public void Temperature_NoneOfTheProcessor_IsNullAndSaidOnce()
    {
        Chip(0, "acpitz", (1, null, 45_000));
        Chip(1, "coretemp", (1, "Package id 0", 255_000));

        Assert.Null(_temperature.Read());
        Assert.Null(_temperature.Read());
        Assert.Equal("the processor's temperature cannot be read", Assert.Single(_log.Lines));
    }

    [Fact]
    public void Temperature_DriverIsLoadedAgain_IsFoundAtItsNewPlace()
    {
        Chip(4, "k10temp", (1, "Tctl", 60_000));
        Assert.Equal(60, _temperature.Read());
        Directory.Delete(Path.Combine(_root.Path, "sys/class/hwmon/hwmon4"), recursive: true);
        Chip(7, "k10temp", (1, "Tctl", 62_000));

        Assert.Equal(62, _temperature.Read());
    }

    [Fact]
    public void Power_OfTwoPackages_IsTheMeanSinceTheLastCallWithoutTheirParts()
    {
        Zone("intel-rapl:0", "package-0", 1_000_000);
        Zone("intel-rapl:0:0", "core", 5);
        Zone("intel-rapl:1", "package-1", 2_000_000);
        Zone("intel-rapl:2", "psys", 7);
        Assert.Null(_power.Read());

        _clock.Advance(TimeSpan.FromSeconds(60));
        Zone("intel-rapl:0", "package-0", 1_000_000 + 3_000_000_000);
        Zone("intel-rapl:0:0", "core", 2_000_000_000);
        Zone("intel-rapl:1", "package-1", 2_000_000 + 1_500_000_000);
        Zone("intel-rapl:2", "psys", 9_000_000_000);

        Assert.Equal(75, _power.Read()!.Value, precision: 6);
    }

    [Fact]
    public void Power_CounterBeginsAnew_IsCountedOn()
    {
        Zone("intel-rapl:0", "package-0", 65_532_000_000, range: 65_532_610_987);
        _power.Read();

        _clock.Advance(TimeSpan.FromSeconds(60));
        Zone("intel-rapl:0", "package-0", 5_999_389_013, range: 65_532_610_987);

        Assert.Equal(100, _power.Read()!.Value, precision: 6);
    }

    [Fact]
    public void Power_AfterALongTime_IsNotKnown()
    {
        Zone("intel-rapl:0", "package-0", 1000);
        _power.Read();
        _clock.Advance(TimeSpan.FromHours(1));
        Zone("intel-rapl:0", "package-0", 900);

        Assert.Null(_power.Read());
        _clock.Advance(TimeSpan.FromSeconds(60));
        Zone("intel-rapl:0", "package-0", 900 + 60_000_000);
        Assert.Equal(1, _power.Read());
    }

    [Fact]
    public void Power_NotThere_IsNullAndSaidOnceUntilItIs()
    {
        Assert.Null(_power.Read());
        Assert.Null(_power.Read());
        Assert.StartsWith("the processor's power cannot be read", Assert.Single(_log.Lines));

        Zone("intel-rapl:0", "package-0", 0);
        _power.Read();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Zone("intel-rapl:0", "package-0", 20_000_000);
        Assert.Equal(2, _power.Read());
    }

    private void Chip(int number, string name, params (int Input, string? Label, int Thousandths)[] inputs)
    {
        var chip = $"sys/class/hwmon/hwmon{number}";
        Write($"{chip}/name", name);
        foreach (var (input, label, thousandths) in inputs)
        {
            Write($"{chip}/temp{input}_input", $"{thousandths}");
            if (label is not null)
            {
                Write($"{chip}/temp{input}_label", label);
            }
        }
    }

    private void Zone(string zone, string name, long microjoules, long range = 262_143_328_850)
    {
        Write($"sys/class/powercap/{zone}/name", name);
        Write($"sys/class/powercap/{zone}/energy_uj", $"{microjoules}");
        Write($"sys/class/powercap/{zone}/max_energy_range_uj", $"{range}");
    }

    private void Write(string path, string text)
    {
        var place = Path.Combine(_root.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, text + "\n");
    }
}
