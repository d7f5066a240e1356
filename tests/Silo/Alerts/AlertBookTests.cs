using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Alerts;
using P2PMiner.Peers;
using P2PMiner.Silo.Alerts;

namespace P2PMiner.Silo.Tests.Alerts;

public sealed class AlertBookTests
{
    private static readonly NodeId Node = new(7);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new(new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero));

    /// <summary>Bad, well or unknown, of a few things, at random looks; now and then another master goes on with what was told.</summary>
    [Fact]
    public void Look_AnyVerdictsUnderAnyMasters_EachThingIsBadAndWellInTurn()
        => Gen.Select(Gen.Int[0, 2].Array[3], Gen.Int[1, 90], Gen.Int[0, 15]).Array[1, 200].Sample(steps =>
        {
            var clock = new FakeTimeProvider();
            var book = new AlertBook(clock);
            var told = new List<AlertChange>();
            foreach (var (verdicts, seconds, fate) in steps)
            {
                if (fate == 0)
                {
                    book = new(clock);
                }

                book.Learn(told.Select(change => change.ToTold()));
                told.AddRange(book.Look(verdicts.Select((verdict, index) => new Verdict(
                    AlertRule.NodeLost, new NodeId((UInt128)index), verdict == 2 ? null : verdict == 0, "it", TimeSpan.FromSeconds(index * 60)))));
                clock.Advance(TimeSpan.FromSeconds(seconds));
            }

            foreach (var thing in told.GroupBy(change => change.Node))
            {
                var kinds = thing.Select(change => change.Kind).ToList();
                Assert.Equal(kinds.Select((_, index) => index % 2 == 0 ? AlertChangeKind.Bad : AlertChangeKind.Good), kinds);
            }
        });

    /// <summary>What was unsteady all the time is never told.</summary>
    [Fact]
    public void Look_NothingLastsLongEnough_NothingIsTold() => Gen.Int[1, 29].Array[1, 100].Sample(pauses =>
    {
        var clock = new FakeTimeProvider();
        var book = new AlertBook(clock);
        foreach (var (index, seconds) in pauses.Index())
        {
            Assert.Empty(book.Look([Is(index % 2 == 0)]));
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }
    });

    [Fact]
    public void Look_BadForItsTime_IsToldOnceAndThenItsEnd()
    {
        var book = new AlertBook(_clock);

        Assert.Empty(Looks(book, true, TimeSpan.FromMinutes(3) - Look));
        Assert.Equal([AlertChangeKind.Bad], Looks(book, true, TimeSpan.FromHours(1)).Select(change => change.Kind));
        Assert.Equal([new AlertKey(AlertRule.NodeLost, Node)], book.Open);
        var end = Assert.Single(Looks(book, false, TimeSpan.FromHours(1)));
        Assert.Equal((AlertChangeKind.Good, "it is well, after 1 h 00 min"), (end.Kind, end.Text));
        Assert.Empty(book.Open);
    }

    [Fact]
    public void Look_NotKnownForAMoment_WaitsAnew()
    {
        var book = new AlertBook(_clock);
        Looks(book, true, TimeSpan.FromMinutes(2));
        Looks(book, null, Look);

        Assert.Empty(Looks(book, true, TimeSpan.FromMinutes(3) - Look));
        Assert.Single(Looks(book, true, Look * 2));
    }

    [Fact]
    public void Look_MissingInOneLook_WaitsAnew()
    {
        var book = new AlertBook(_clock);
        Looks(book, true, TimeSpan.FromMinutes(2));
        book.Look([]);
        _clock.Advance(Look);

        Assert.Empty(Looks(book, true, TimeSpan.FromMinutes(3) - Look));
    }

    [Fact]
    public void Learn_ToldByAnEarlierMaster_OnlyItsEndIsNew()
    {
        var book = new AlertBook(_clock);
        book.Learn([Told(isOpen: true)]);

        Assert.Empty(Looks(book, true, TimeSpan.FromHours(1)));
        Assert.Equal("it is well, after 1 h 00 min", Assert.Single(Looks(book, false, TimeSpan.FromMinutes(1))).Text);
    }

    [Fact]
    public void Learn_AfterThisMasterHasDecided_ChangesNothing()
    {
        var book = new AlertBook(_clock);
        Looks(book, true, TimeSpan.FromMinutes(4));
        book.Learn([Told(isOpen: false)]);

        Assert.Empty(Looks(book, true, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData("a a a a a", "")]
    [InlineData("a a a a a b b b b b", "b")]
    [InlineData("a a a a a b b b a a a a a", "")]
    [InlineData("a a a a a b b b b b a a a a a", "b a")]
    public void Value_ThatChanges_IsNewsOnceItHasSettled(string looks, string news)
    {
        var value = new SettledValue(_clock);
        var found = new List<string>();
        foreach (var look in looks.Split(' '))
        {
            if (value.HasSettled(look, out var former) && former is not null)
            {
                found.Add(look);
            }

            _clock.Advance(Look);
        }

        Assert.Equal(news, string.Join(' ', found));
    }

    [Fact]
    public void Value_LearntFromAnEarlierMaster_IsWhatCounts()
    {
        var value = new SettledValue(_clock);
        value.Learn("a");
        Assert.False(value.HasSettled("b", out _));
        _clock.Advance(AlertBook.Settled);

        Assert.True(value.HasSettled("b", out var former));
        Assert.Equal("a", former);
        value.Learn("a");
        Assert.False(value.HasSettled("b", out _));
    }

    private List<AlertChange> Looks(AlertBook book, bool? isBad, TimeSpan time)
    {
        var changes = new List<AlertChange>();
        for (var passed = TimeSpan.Zero; passed < time; passed += Look)
        {
            changes.AddRange(book.Look([Is(isBad)]));
            _clock.Advance(Look);
        }

        return changes;
    }

    private static Verdict Is(bool? isBad) => new(AlertRule.NodeLost, Node, isBad, isBad == true ? "it is bad" : "it is well", TimeSpan.FromMinutes(3));

    private ToldAlert Told(bool isOpen) => new()
    {
        Rule = AlertRule.NodeLost, Node = Node, IsOpen = isOpen, UnixMs = _clock.GetUtcNow().ToUnixTimeMilliseconds(), Text = "it",
    };
}
