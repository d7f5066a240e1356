using System.Net;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Tests.Web;

public sealed class WrongTriesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly WrongTries _tries;

    public WrongTriesTests() => _tries = new(_clock);

    [Fact]
    public void Judge_RightOnes_CountForNothing()
        => Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(Try("192.0.2.1", right: true).IsRight));

    [Fact]
    public void Judge_ARightOneBetween_DoesNotStartTheCountAnew()
    {
        Exhaust("192.0.2.1", WrongTries.Most - 1);
        Assert.True(Try("192.0.2.1", right: true).IsRight);

        Assert.True(Try("192.0.2.1", right: false).WasLast);
        Assert.Equal(WrongTries.Window, Try("192.0.2.1", right: false).Wait);
    }

    [Fact]
    public void Judge_TheRightOneAfterTooManyWrongOnes_Passes()
    {
        Exhaust("192.0.2.1", WrongTries.Most);
        Assert.NotEqual(TimeSpan.Zero, Try("192.0.2.1", right: false).Wait);

        Assert.Equal(new(WebRight.Steer, TimeSpan.Zero, false), Try("192.0.2.1", right: true));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void Judge_AnotherAddress_WaitsIfItIsTheSameMachine(string first, string second, bool same)
    {
        Exhaust(first, WrongTries.Most);

        Assert.Equal(same, Try(second, right: false).Wait > TimeSpan.Zero);
    }

    [Fact]
    public void Judge_TheWait_GetsShorterAndIsNotProlongedByTrying()
    {
        Exhaust("192.0.2.1", WrongTries.Most);

        _clock.Advance(WrongTries.Window - TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), Try("192.0.2.1", right: false).Wait);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.Zero, Try("192.0.2.1", right: false).Wait);
    }

    [Fact]
    public void Judge_MoreSourcesThanAreKept_ShareOneCountUntilOthersEnd()
    {
        for (var i = 0; i < 5000; i++)
        {
            Try(new IPAddress([10, 0, (byte)(i / 256), (byte)(i % 256)]).ToString(), right: false);
        }

        Assert.NotEqual(TimeSpan.Zero, Try("192.0.2.1", right: false).Wait);
        _clock.Advance(WrongTries.Window);
        Assert.Equal(TimeSpan.Zero, Try("192.0.2.1", right: false).Wait);
    }

    private TryOutcome Try(string address, bool right) => _tries.Judge(IPAddress.Parse(address), right ? WebRight.Steer : WebRight.None);

    private void Exhaust(string address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(TimeSpan.Zero, Try(address, right: false).Wait);
        }
    }
}
