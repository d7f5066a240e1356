using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.TestKit;

namespace P2PMiner.Security.Tests;

/// <summary>A port under the hands of strangers who begin handshakes and do not end them. The clock stands still: none of them runs into its limit.</summary>
public sealed class MemberListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly RecordingLogger<MutualTls> _log = new();
    private readonly ClusterKeyRing _ring;
    private readonly MemberListener _listener;
    private readonly List<Socket> _strangers = [];

    public MemberListenerTests()
    {
        _ring = new(ClusterKey.NewRandom(), _clock);
        _listener = new MutualTls(new(new(1), _ring, _clock), _ring, _clock, _log).Listen(new(IPAddress.Loopback, 0));
    }

    public async ValueTask DisposeAsync()
    {
        _strangers.ForEach(stranger => stranger.Dispose());
        await _listener.DisposeAsync();
    }

    [Fact]
    public async Task Next_StrangerHoldsAllPlacesOfHisAddress_MemberOfThatAddressGetsIn()
    {
        await ComeAsync(MutualTls.MaxHandshakesOfOneAddress * 2, addresses: 1);

        Assert.Equal(new(2), await MemberAsync());
        await EndedAsync(MutualTls.MaxHandshakesOfOneAddress);
        Assert.StartsWith("refused a connection from 127.0.0.1: too many handshakes at once: the oldest gave way", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task Next_AThousandStrangersOfManyAddresses_FewAreHeldAndAMemberGetsIn()
    {
        await ComeAsync(1000, addresses: 100);

        Assert.Equal(new(2), await MemberAsync());
        await EndedAsync(1000 - MutualTls.MaxHandshakes);
        Assert.InRange(_log.Lines.Count, 1, 20);
    }

    [Fact]
    public async Task Next_StrangersGoneByTheirLimit_AllPlacesAreFreeAgain()
    {
        await ComeAsync(20, addresses: 1);
        Assert.Equal(new(2), await MemberAsync());
        _clock.Advance(MutualTls.HandshakeLimit);

        await EndedAsync(20);
        Assert.Equal(new(2), await MemberAsync());
    }

    [Fact]
    public async Task Dispose_StrangersUnderWay_EndsThemAndWhoWaits()
    {
        await ComeAsync(20, addresses: 1);
        var next = _listener.NextAsync(CancellationToken.None);
        await _listener.DisposeAsync();

        Assert.Null(await next);
        await EndedAsync(20);
    }

    private async Task ComeAsync(int count, int addresses)
    {
        for (var i = 0; i < count; i++)
        {
            var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _strangers.Add(stranger);
            stranger.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (i % addresses))]), 0));
            await stranger.ConnectAsync(_listener.EndPoint);
            await stranger.SendAsync(new byte[] { 0x16, 0x03, 0x01 });
        }
    }

    private async Task<P2PMiner.Peers.NodeId> MemberAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_listener.EndPoint);
        var tls = new MutualTls(new(new(2), _ring, _clock), _ring, _clock, new RecordingLogger<MutualTls>());
        await using var ours = await tls.ConnectAsync(client.GetStream(), _listener.EndPoint, new(1), CancellationToken.None).WaitAsync(Deadline);
        var member = await _listener.NextAsync(CancellationToken.None).AsTask().WaitAsync(Deadline);
        await using var theirs = member!.Value.Stream;
        return MutualTls.NodeOf(theirs);
    }

    /// <summary>At least so many strangers see the end of their connection.</summary>
    private async Task EndedAsync(int count)
    {
        var ended = 0;
        var enough = new TaskCompletionSource();
        foreach (var stranger in _strangers)
        {
            _ = WatchAsync(stranger);
        }

        await enough.Task.WaitAsync(Deadline);

        async Task WatchAsync(Socket stranger)
        {
            try
            {
                while (await stranger.ReceiveAsync(new byte[64]) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Reset, because what it sent was not read to its end.
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (Interlocked.Increment(ref ended) == count)
            {
                enough.SetResult();
            }
        }
    }
}
