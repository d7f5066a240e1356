using Microsoft.Extensions.Time.Testing;

namespace P2PMiner.Native;

/// <summary>The schedule, with made-up times.</summary>
public sealed class ShapeTunerTests
{
    private static readonly RandomXShape Guess = new(4, RandomXFetch.Nta);

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(16u, 6)]
    [InlineData(3u, 4)]
    [InlineData(1u, 2)]
    public void Candidates_RoomForSome_NotMore(uint most, int expected)
        => Assert.Equal((expected, true), (ShapeTuner.Candidates(most).Count, ShapeTuner.Candidates(most).All(shape => shape.Machines <= most)));

    [Fact]
    public void Run_OneIsFastest_TakesItDespiteABusyRound()
    {
        var best = new RandomXShape(2, RandomXFetch.T0);
        var round = 0;

        // Of seven rounds each shape meets a slow one, the best one three.
        var meter = new FakeMeter(
            _clock, TimeSpan.FromMilliseconds(1), shape => ++round % 7 == 0 || (shape == best && round < 12) ? 9000 : shape == best ? 900 : 1000);

        Assert.Equal(best, new ShapeTuner(meter, _clock).Run(ShapeTuner.Candidates(16), Guess, () => false));
    }

    [Fact]
    public void Run_HardlyADifference_TakesFewerMachines()
    {
        var meter = new FakeMeter(_clock, TimeSpan.FromMilliseconds(1), shape => 1000 - shape.Machines);

        Assert.Equal(new(1, RandomXFetch.Nta), new ShapeTuner(meter, _clock).Run(ShapeTuner.Candidates(16), Guess, () => false));
    }

    [Fact]
    public void Run_SlowMachine_EndsInTime()
    {
        var began = _clock.GetUtcNow();

        // All six once, and the budget is used.
        var measured = new FakeMeter(_clock, TimeSpan.FromSeconds(0.9), shape => 1000.0 / shape.Machines);
        Assert.Equal(new(4, RandomXFetch.Nta), new ShapeTuner(measured, _clock).Run(ShapeTuner.Candidates(16), new(1, RandomXFetch.T0), () => false));
        Assert.InRange(_clock.GetUtcNow() - began, ShapeTuner.Budget, ShapeTuner.Budget + TimeSpan.FromSeconds(0.9));

        // Not all of them: the guess.
        var slower = new FakeMeter(_clock, TimeSpan.FromSeconds(1.1), shape => 1000.0 / shape.Machines);
        Assert.Equal(Guess, new ShapeTuner(slower, _clock).Run(ShapeTuner.Candidates(16), Guess, () => false));
        Assert.Equal(5, slower.Count);
    }

    [Fact]
    public void Run_Cancelled_Ends()
    {
        var meter = new FakeMeter(_clock, TimeSpan.FromMilliseconds(1), _ => 1000);

        Assert.Throws<OperationCanceledException>(() => new ShapeTuner(meter, _clock).Run(ShapeTuner.Candidates(16), Guess, () => meter.Count == 8));
        Assert.Equal(8, meter.Count);
    }

    private sealed class FakeMeter(FakeTimeProvider clock, TimeSpan takes, Func<RandomXShape, double> time) : IShapeMeter
    {
        public int Count { get; private set; }

        public double Measure(RandomXShape shape)
        {
            Count++;
            clock.Advance(takes);
            return time(shape);
        }
    }
}
