using CsCheck;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

public sealed class ReplayGuardTests
{
    private const long NowMs = 1_700_000_000_000;
    private static readonly long WindowMs = (long)ReplayGuard.ClockWindow.TotalMilliseconds;
    private readonly ReplayGuard _guard = new();

    [Fact]
    public void Take_SameTwice_SecondIsADuplicate()
    {
        Assert.Equal(BeaconRejection.None, Take(sequence: 5));
        Assert.Equal(BeaconRejection.Duplicate, Take(sequence: 5));
    }

    [Fact]
    public void Take_MoreThanANodeHasReasonToSend_IsAFloodUntilTimeHasPassed()
    {
        for (var sequence = 1ul; sequence <= ReplayGuard.BeaconsPerSecond; sequence++)
        {
            Assert.Equal(BeaconRejection.None, Take(sequence: sequence));
        }

        Assert.Equal(BeaconRejection.Flood, Take(sequence: 1000));
        Assert.Equal(BeaconRejection.None, Take(node: 2));
        Assert.Equal(BeaconRejection.None, Take(sequence: 1001, nowMs: NowMs + 1000 / ReplayGuard.BeaconsPerSecond));
        Assert.Equal(BeaconRejection.Flood, Take(sequence: 1002, nowMs: NowMs + 1000 / ReplayGuard.BeaconsPerSecond));
    }

    [Theory]
    [InlineData(NowMs + 86_400_001)]
    [InlineData(ulong.MaxValue - 1)]
    [InlineData(ulong.MaxValue)]
    public void Take_BootFarAheadOfTheClock_IsRefusedAndTheNodeHeardOn(ulong boot)
    {
        Take(boot: NowMs);

        Assert.Equal(BeaconRejection.Leap, Take(boot: boot));
        Assert.Equal(BeaconRejection.None, Take(boot: NowMs, sequence: 2));
        Assert.Equal(BeaconRejection.Leap, Take(node: 2, boot: boot));
    }

    [Theory]
    [InlineData(5 + CounterLimit.MaxStep + 1)]
    [InlineData(ulong.MaxValue - 1)]
    [InlineData(ulong.MaxValue)]
    public void Take_SequenceThatLeaps_IsRefusedAndTheNodeHeardOn(ulong sequence)
    {
        Take(sequence: 5);

        Assert.Equal(BeaconRejection.Leap, Take(sequence: sequence));
        Assert.Equal(BeaconRejection.None, Take(sequence: 6));
    }

    /// <summary>Every member can send in the name of each other: what it makes up must not keep that one out for ever.</summary>
    [Theory]
    [InlineData(NowMs + 86_400_000, 1)]
    [InlineData(1, ulong.MaxValue)]
    public void Take_CountersMadeUpByAnother_KeepItOutForAsLongAsABeaconMayBeOld(ulong boot, ulong sequence)
    {
        Assert.Equal(BeaconRejection.None, Take(boot: boot, sequence: sequence));
        Assert.NotEqual(BeaconRejection.None, Take(sequence: 10, sentUnixMs: NowMs + 2 * WindowMs, nowMs: NowMs + 2 * WindowMs));

        var later = NowMs + 2 * WindowMs + 1;
        Assert.Equal(BeaconRejection.None, Take(sequence: 11, sentUnixMs: later, nowMs: later));
    }

    [Fact]
    public void Take_OvertakenOnTheWay_IsADuplicateAndLongAgoIsAReplay()
    {
        Take(sequence: 100);

        Assert.Equal(BeaconRejection.Duplicate, Take(sequence: 99));
        Assert.Equal(BeaconRejection.Replayed, Take(sequence: 30));
    }

    [Fact]
    public void Take_EarlierBoot_IsAReplayWhateverItsSequence()
    {
        Take(boot: 2);

        Assert.Equal(BeaconRejection.Replayed, Take(boot: 1, sequence: 1000));
    }

    [Fact]
    public void Take_LaterBoot_CountsAnew()
    {
        Take(boot: 1, sequence: 1000);

        Assert.Equal(BeaconRejection.None, Take(boot: 2, sequence: 1));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Take_ClocksApartByTheWindow_IsTheLimit(long beyondMs, bool taken)
    {
        var expected = taken ? BeaconRejection.None : BeaconRejection.ClockWindow;

        Assert.Equal(expected, Take(node: 1, sentUnixMs: NowMs + WindowMs + beyondMs));
        Assert.Equal(expected, Take(node: 2, sentUnixMs: NowMs - WindowMs - beyondMs));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Take_ImpossibleClock_IsOutsideTheWindow(long sentUnixMs) => Assert.Equal(BeaconRejection.ClockWindow, Take(sentUnixMs: sentUnixMs));

    [Fact]
    public void Take_EndlessSenders_RemembersABoundedNumber()
    {
        for (var node = 1ul; node <= ReplayGuard.MaxSenders + 100; node++)
        {
            Take(node: node);
        }

        Assert.Equal(ReplayGuard.MaxSenders, _guard.Senders);
    }

    [Fact]
    public void Take_AnyOrderOfCopies_TakesEachAtMostOnceAndOnlyUpwards() =>
        Gen.Select(Gen.ULong[1, 3], Gen.ULong[1, 200]).Array[1, 300].Sample(copies =>
        {
            var guard = new ReplayGuard();
            var taken = copies.Where(copy => guard.Take(Beacons.Of(1, copy.Item1, copy.Item2, NowMs), NowMs) == BeaconRejection.None).ToArray();
            Assert.Equal(taken.Distinct().Order(), taken);
        });

    private BeaconRejection Take(ulong node = 1, ulong boot = 1, ulong sequence = 1, long sentUnixMs = NowMs, long nowMs = NowMs) =>
        _guard.Take(Beacons.Of(node, boot, sequence, sentUnixMs), nowMs);
}
