namespace P2PMiner.Native;

public sealed class LaneTimesTests
{
    private static readonly LaneDepths Guess = new([9, 9, 9, 9, 9, 9]);

    private readonly LaneTimes _times = new();

    [Fact]
    public void Choose_TwoValleys_TakesTheDeeper()
    {
        double[] curve = [100, 60, 55, 58, 70, 65, 50, 52];
        for (var lanes = 1; lanes <= curve.Length; lanes++)
        {
            _times.Add(2, lanes, curve[lanes - 1]);
        }

        Assert.Equal(7, _times.Choose(Guess)[2]);
    }

    [Fact]
    public void Choose_WithinAPercent_TakesFewerLanes()
    {
        _times.Add(0, 4, 102);
        _times.Add(0, 8, 100.2);
        _times.Add(0, 16, 100);

        Assert.Equal(8, _times.Choose(Guess)[0]);
    }

    [Fact]
    public void Choose_OneLuckyRound_DoesNotCount()
    {
        foreach (var (few, many) in new[] { (50.0, 60.0), (51, 20), (52, 61) })
        {
            _times.Add(5, 3, few);
            _times.Add(5, 12, many);
        }

        Assert.Equal((51.0, 60.0), (_times.Of(5, 3), _times.Of(5, 12)));
        Assert.Equal(3, _times.Choose(Guess)[5]);
    }

    [Fact]
    public void Choose_NotMeasured_TakesTheGuess()
    {
        _times.Add(1, 2, 10);

        Assert.Equal(new([9, 2, 9, 9, 9, 9]), _times.Choose(Guess));
    }
}
