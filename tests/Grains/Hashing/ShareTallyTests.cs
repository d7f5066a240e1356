using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Tests.Hashing;

public sealed class ShareTallyTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ShareTally _tally;

    public ShareTallyTests() => _tally = new(_clock);

    [Fact]
    public void Read_NoShares_EverythingIsEmpty()
    {
        var counts = _tally.Read();

        Assert.Equal((0, 0, 0.0, null), (counts.Accepted, counts.Total, counts.Credited, counts.SinceAccepted));
        Assert.Empty(counts.Best);
        Assert.Empty(counts.Shares);
    }

    [Fact]
    public void Read_SomeShares_CountsOutcomesAndCreditsAcceptedOnes()
    {
        Accept(asked: 500, reached: 700);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Accept(asked: 1000, reached: 90_000);
        _tally.Count(ShareOutcome.Stale);
        _clock.Advance(TimeSpan.FromSeconds(3));

        var counts = _tally.Read();

        Assert.Equal((2, 3, 1500.0), (counts.Accepted, counts.Total, counts.Credited));
        Assert.Equal((TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(3)), (counts.Age, counts.SinceAccepted));
        Assert.Equal([90_000, 700], counts.Best);
        Assert.Equal(1, counts.Shares[ShareOutcome.Stale]);
    }

    [Fact]
    public void Best_AnyShares_AreTheTenHighestInOrder() => Gen.Double[1, 1e12].Array[0, 40].Sample(reached =>
    {
        var tally = new ShareTally(_clock);
        Array.ForEach(reached, difficulty => tally.Credit(1, difficulty));

        Assert.Equal(reached.OrderDescending().Take(WorkCounts.MostBest), tally.Read().Best);
    });

    private void Accept(double asked, double reached)
    {
        _tally.Count(ShareOutcome.Accepted);
        _tally.Credit(asked, reached);
    }
}
