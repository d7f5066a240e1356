using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class DatasetWatchTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _lines = [];
    private readonly StringWriter _terminal = new();

    [Fact]
    public void Look_NoTerminal_PrintsEachQuarterAndReadyOnce()
    {
        var watch = Watch(isTerminal: false);
        foreach (var progress in new[] { 0, 0.1, 0.26, 0.3, 0.5, 0.8, 1, 1 })
        {
            watch.Look(Engine(progress), 2);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
        [
            "dataset 25% (2 s)", "dataset 50% (4 s)", "dataset 75% (5 s)",
            "READY threads 2/2 (2) huge pages 0% 0/0 memory 1 KB (6000 ms)",
        ], _lines);
    }

    [Fact]
    public void Look_Terminal_ShowsProgressInPlaceAndRemovesIt()
    {
        var watch = Watch(isTerminal: true);
        watch.Look(Engine(0.5), 2);
        watch.Look(Engine(1), 2);

        Assert.Single(_lines);
        Assert.Equal("\r\e[K| dataset 50% (0 s)\r\e[K", _terminal.ToString());
    }

    [Fact]
    public void Look_LaneMeasurement_IsCalledThat()
    {
        Watch(isTerminal: false).Look(Engine(0.3) with { Stage = "lane measurement" }, 2);

        Assert.Equal(["lane measurement 25% (0 s)"], _lines);
    }

    [Fact]
    public void Look_NextSeed_IsReadyAgain()
    {
        var watch = Watch(isTerminal: false);
        watch.Look(Engine(1), 2);
        watch.Look(Engine(1, "02"), 2);

        Assert.Equal(2, _lines.Count(line => line.StartsWith("READY")));
    }

    [Fact]
    public void Look_NoDataset_IsSilent()
    {
        Watch(isTerminal: false).Look(new() { Threads = 2, Rates = default }, 2);

        Assert.Empty(_lines);
    }

    private DatasetWatch Watch(bool isTerminal) => new(new Screen(_terminal, isTerminal), _clock, _lines.Add);

    private static EngineStatus Engine(double progress, string seed = "01")
    {
        Assert.True(Seed.TryParse(seed, out var parsed));
        return new()
        {
            Threads = 2, Rates = default, Algorithm = Algorithm.RandomX, Seed = parsed, DatasetMode = DatasetMode.Fast,
            DatasetProgress = progress, MemoryBytes = 1024,
        };
    }
}
