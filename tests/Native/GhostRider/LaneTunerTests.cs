using Microsoft.Extensions.Time.Testing;

namespace P2PMiner.Native;

/// <summary>The schedule, with made-up times.</summary>
public sealed class LaneTunerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Run_EveryVariant_FindsItsBestAndEndsAtFullProgress()
    {
        var meter = new FakeMeter(_clock, (variant, lanes) => 1000 + (50 * Math.Abs(lanes - (variant + 2))), TimeSpan.FromMilliseconds(1));
        var progress = new List<double>();

        var chosen = new LaneTuner(meter, _clock).Run(new([8, 8, 8, 8, 4, 20]), () => false, progress.Add).Choose(LaneDepths.Single);

        Assert.Equal(new([2, 3, 4, 5, 4, 7]), chosen);
        Assert.Equal(progress.Order(), progress);
        Assert.Equal(1.0, progress[^1]);
    }

    [Fact]
    public void Run_SlowMachine_EndsInTimeAndKeepsTheGuessForTheRest()
    {
        var meter = new FakeMeter(_clock, (_, lanes) => 100.0 / lanes, TimeSpan.FromSeconds(1));
        var began = _clock.GetUtcNow();
        var guess = new LaneDepths([1, 1, 1, 5, 5, 5]);

        var chosen = new LaneTuner(meter, _clock).Run(new([4, 4, 4, 4, 4, 4]), () => false, _ => { }).Choose(guess);

        // Six measurements to touch the pads, and six more until the budget is used.
        Assert.Equal(new([4, 2, 1, 5, 5, 5]), chosen);
        Assert.InRange(_clock.GetUtcNow() - began, LaneTuner.Budget, LaneTuner.Budget + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Run_Cancelled_Ends()
    {
        var meter = new FakeMeter(_clock, (_, _) => 1, TimeSpan.FromMilliseconds(1));

        Assert.Throws<OperationCanceledException>(() => new LaneTuner(meter, _clock).Run(new([20, 20, 20, 20, 20, 20]), () => meter.Count > 30, _ => { }));
        Assert.Equal(31, meter.Count);
    }

    private sealed class FakeMeter(FakeTimeProvider clock, Func<int, int, double> time, TimeSpan takes) : ILaneMeter
    {
        public int Count { get; private set; }

        public double Measure(int variant, int lanes)
        {
            Count++;
            clock.Advance(takes);
            return time(variant, lanes);
        }
    }
}
