using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;
using P2PMiner.TestKit;

namespace P2PMiner.Membership.Tests;

/// <summary>Nodes of two protocol versions at the table port: each tells its owner which machine to upgrade.</summary>
public sealed class OtherVersionTests
{
    private const string Older = "upgrade p2p-miner on that machine";
    private const string Newer = "upgrade p2p-miner on this machine";

    private readonly RecordingLogger _log = new();
    private readonly ClusterKeyRing _ring = new(ClusterKey.NewRandom(), TimeProvider.System);

    private ILoggerFactory Logs => LoggerFactory.Create(logs => logs.AddProvider(_log));

    [Theory]
    [InlineData(0, Older)]
    [InlineData(2, Newer)]
    [InlineData(255, Newer)]
    public async Task Request_OfAnotherVersion_IsLoggedAndAnsweredInThisOne(byte version, string advice)
    {
        using var logs = Logs;
        await using var node = await TestNode.StartAsync(1, _ring, logs);
        await using var other = await TestNode.StartAsync(2, _ring);
        for (var i = 0; i < 2 * TableListener.LinesPerMinute; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(node.TablePort);
            await using var stream = await other.Tls.ConnectAsync(new NetworkStream(socket), node.TablePort, node.Id, CancellationToken.None);
            await stream.WriteAsync(Frame(version));
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer);
            Assert.Equal(WireVersion.Current, answer[4]);
        }

        var line = await _log.WaitAsync(advice);
        Assert.Contains($"node {other.Id.Short} at ", line);
        Assert.Contains(IPAddress.Loopback.ToString(), line);
        Assert.InRange(_log.Count(advice), 1, TableListener.LinesPerMinute);
    }

    [Theory]
    [InlineData(0, Older)]
    [InlineData(2, Newer)]
    public async Task Answer_OfAnotherVersion_IsLoggedOnceForThatMaster(byte version, string advice)
    {
        using var logs = Logs;
        await using var node = await TestNode.StartAsync(1, _ring, logs);
        await using var other = await TestNode.StartAsync(2, _ring);
        await using var port = other.Tls.Listen(new(IPAddress.Loopback, 0));
        var asked = 0;
        var serving = ServeAsync();
        node.Elect(new Master(other.Id, 1, port.EndPoint, IsSelf: false));
        using var end = new CancellationTokenSource();
        var reading = node.OpenTable().ReadAllAsync(end.Token);

        var line = await _log.WaitAsync(advice);
        await Eventually.HoldsAsync(() => Volatile.Read(ref asked) >= 3, "three requests");
        Assert.StartsWith($"the membership table of node {other.Id.Short} at 127.0.0.1 cannot be used: it runs another version of p2p-miner", line);
        Assert.Equal(1, _log.Count(advice));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await port.DisposeAsync();
        await serving;

        async Task ServeAsync()
        {
            while (await port.NextAsync(CancellationToken.None) is { } member)
            {
                await using var stream = member.Stream;
                await stream.ReadAtLeastAsync(new byte[5], 5, throwOnEndOfStream: false);
                await stream.WriteAsync(Frame(version));
                Interlocked.Increment(ref asked);
            }
        }
    }

    [Fact]
    public async Task TakeOver_NodeOfAnotherVersion_IsLeftOutAndItsOwnerTold()
    {
        using var logs = Logs;
        await using var node = await TestNode.StartAsync(1, _ring, logs);
        await using var other = await TestNode.StartAsync(2, _ring);
        await using var port = other.Tls.Listen(new(IPAddress.Loopback, 0));
        var serving = AnswerOneAsync();
        node.Elect(new Master(node.Id, 1, node.TablePort, IsSelf: true), new LivingPeer
        {
            Node = other.Id, Boot = 1, Addresses = [IPAddress.Loopback], Ports = new(0, 0, (ushort)port.EndPoint.Port), Summary = default,
            Election = new() { Term = 0 },
        });

        await _log.WaitAsync("serving the membership table in term 1");
        Assert.Equal(1, _log.Count($"the membership table of node {other.Id.Short} at 127.0.0.1 cannot be used: it runs another version"));
        await serving;

        async Task AnswerOneAsync()
        {
            await using var stream = (await port.NextAsync(CancellationToken.None))!.Value.Stream;
            await stream.ReadAtLeastAsync(new byte[5], 5, throwOnEndOfStream: false);
            await stream.WriteAsync(Frame(2));
        }
    }

    /// <summary>What such a node writes: only length and version are known of it.</summary>
    private static byte[] Frame(byte version)
    {
        byte[] frame = [0, 0, 0, 0, version, 0xa1, 0x00, 0xff];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        return frame;
    }
}
