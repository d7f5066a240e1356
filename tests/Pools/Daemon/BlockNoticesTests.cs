using Microsoft.Extensions.Time.Testing;
using P2PMiner.Pools.Daemon;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

public sealed class BlockNoticesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger _log = new();
    private readonly SemaphoreSlim _blocks = new(0);

    [Theory]
    [InlineData("tcp://no-such-host.invalid:18083")]
    [InlineData("tcp://127.0.0.1:1")]
    public async Task Listen_NobodyThere_WarnsOnceAndTriesAgainAfterGrowingPauses(string address)
    {
        await using var notices = Listen(address);

        Assert.StartsWith($"{address}: no block notices, so the daemon is polled every second instead: ", await _log.WaitAsync("no block notices"));
        await _clock.AdvanceUntilAsync(TriesAsync(4), "four tries");

        Assert.Equal(1, _log.Count("instead"));
        Assert.Equal(3, _log.Count($"{address}: still no block notices: "));
        Assert.True(_clock.GetUtcNow() - _clock.Start >= TimeSpan.FromSeconds(1 + 2 + 4), "the pause does not grow");
    }

    [Fact]
    public async Task Listen_PublisherComesBack_HearsItAgain()
    {
        using var publisher = new FakePublisher();
        await using var notices = Listen(publisher.Address);
        var first = await Eventually.ComesAsync(publisher.AcceptAsync(), "subscription");
        await first.WriteAsync(FakePublisher.Notice);
        await Eventually.ComesAsync(_blocks.WaitAsync(), "first notice");
        await first.DisposeAsync();
        Assert.EndsWith("closed the connection", await _log.WaitAsync("no block notices"));

        await using var second = await _clock.AdvanceUntilAsync(publisher.AcceptAsync(), "subscription");
        await second.WriteAsync(FakePublisher.Notice);

        await Eventually.ComesAsync(_blocks.WaitAsync(), "notice after the publisher came back");
        await _log.WaitAsync($"{publisher.Address}: block notices have resumed");
    }

    // The two frames that ended the process by an OverflowException on a thread of NetMQ.
    [Theory]
    [InlineData(0xff)]
    [InlineData(0x80)]
    public async Task Listen_ReadyOfFourGigabytes_IsAReasonInTheLog(byte topByte)
    {
        using var publisher = new FakePublisher();
        await using var notices = Listen(publisher.Address);
        var low = topByte == 0xff ? (byte)0xff : (byte)0;

        await using var stream = await Eventually.ComesAsync(
            publisher.AcceptAsync([.. FakePublisher.Greeting, .. FakePublisher.Command("READY", [1, .. "x"u8, topByte, low, low, low])]), "connection");

        Assert.EndsWith("sends a READY command whose property 'x' does not fit into it", await _log.WaitAsync("no block notices"));
    }

    [Fact]
    public async Task Listen_PublisherIsSilent_GivesTheHandshakeUp()
    {
        using var publisher = new FakePublisher();
        await using var notices = Listen(publisher.Address);
        await using var stream = await Eventually.ComesAsync(publisher.AcceptAsync([]), "connection");

        Assert.EndsWith("no ZMTP handshake within 10 s", await _clock.AdvanceUntilAsync(_log.WaitAsync("no block notices"), "end of the handshake"));
    }

    [Fact]
    public async Task Listen_ThroughAProxy_NameIsResolvedThere()
    {
        using var publisher = new FakePublisher();
        using var proxy = new FakeSocks5();
        _ = proxy.ServeAsync(new Uri(publisher.Address).Port);
        await using var notices = Listen("tcp://daemon.invalid:18083", proxy.Address);

        await using var stream = await Eventually.ComesAsync(publisher.AcceptAsync(), "subscription");

        Assert.Equal("3:daemon.invalid:18083", proxy.Asked);
        Assert.EndsWith("json-minimal-chain_main", System.Text.Encoding.ASCII.GetString(publisher.Heard));
    }

    private BlockNotices Listen(string address, string? socks5 = null) =>
        new(new() { Zmq = address, Socks5 = socks5 }, new PoolTransport(_clock, _log), () => _blocks.Release(), _clock, _log);

    private async Task<bool> TriesAsync(int count)
    {
        await Eventually.HoldsAsync(() => _log.Count("no block notices") >= count, $"{count} tries");
        return true;
    }
}
