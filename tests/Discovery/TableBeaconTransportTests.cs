using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.TestKit;

namespace P2PMiner.Discovery.Tests;

/// <summary>Beacons over real TLS on the loopback. Hosts hear each other on a network in memory, the worker by their table ports only.</summary>
public sealed class TableBeaconTransportTests : IAsyncLifetime
{
    private const int Reached = 1017;
    private const int NotReached = 1018;

    private static readonly NodeId Worker = new(9);

    private readonly ClusterKeyRing _ring = new(ClusterKey.NewRandom(), TimeProvider.System);
    private readonly QueuedBeacon _network = new();
    private readonly List<TableHost> _nodes = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // The worker first: its connections end, and no port waits for them.
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }

        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Worker_NamedHost_EachHearsTheOther()
    {
        var one = await StartAsync(1);
        var worker = await StartWorkerAsync(one);

        await UntilAsync(() => worker.View.Master?.Node == new NodeId(1), "the worker follows the named host");
        await UntilAsync(() => one.View.Peers.ContainsKey(Worker), "the host hears the worker");
        Assert.Equal(one.TablePort, worker.View.Master!.TablePort);
        Assert.Equal([IPAddress.Parse("127.0.0.1")], worker.View.Peers[new(1)].Addresses);
        Assert.Equal(IPAddress.Loopback, one.View.Peers[Worker].Addresses[0]);
        Assert.Contains($"{one.Named.Host}:{one.Named.Port}", Assert.Single(worker.LinesOf(Reached)));
    }

    [Fact]
    public async Task Worker_NodesThatOnlyTheHostHears_AreKnownAtTheirOwnAddresses()
    {
        var one = await StartAsync(1);
        await StartAsync(2, hasTablePort: false);
        await StartAsync(3, hasTablePort: false);
        var worker = await StartWorkerAsync(one);

        await UntilAsync(() => worker.View.Peers.Count == 3, "the worker knows all three");
        Assert.Equal([IPAddress.Parse("127.0.0.2")], worker.View.Peers[new(2)].Addresses);
        Assert.Equal([IPAddress.Parse("127.0.0.3")], worker.View.Peers[new(3)].Addresses);
    }

    [Fact]
    public async Task Worker_OtherNodes_HearItThemselves()
    {
        var one = await StartAsync(1);
        var two = await StartAsync(2);
        await StartWorkerAsync(one);

        await UntilAsync(() => two.View.Peers.ContainsKey(Worker), "a node that nobody named hears the worker");
    }

    [Fact]
    public async Task Worker_TwoWorkersOfOneHost_KnowEachOther()
    {
        var one = await StartAsync(1);
        var worker = await StartWorkerAsync(one);
        _nodes.Add(await TableHost.StartWorkerAsync(8, _ring, one.Named));

        await UntilAsync(() => worker.View.Peers.ContainsKey(new(8)), "the worker knows the other");
        await UntilAsync(() => _nodes[^1].View.Peers.ContainsKey(Worker), "and that one it");
    }

    [Fact]
    public async Task HostDies_WorkerFollowsTheNextMaster()
    {
        var one = await StartAsync(1);
        var two = await StartAsync(2);
        var worker = await StartWorkerAsync(one);
        await UntilAsync(() => worker.View.Master?.Node == new NodeId(1) && two.View.Peers.ContainsKey(Worker), "one cluster under node 1");

        await one.KillAsync();

        await UntilAsync(() => worker.View.Master?.Node == new NodeId(2), "the worker follows node 2, which nobody named");
        await UntilAsync(() => two.View.Decision.Role == MasterRole.Master && two.View.Peers.ContainsKey(Worker), "node 2 rules and hears the worker");
    }

    [Fact]
    public async Task FirstNamedHostIsDown_TheSecondIsUsed()
    {
        var one = await StartAsync(1);
        _nodes.Add(await TableHost.StartWorkerAsync(9, _ring, new DnsEndPoint("127.0.0.1", ClosedPort() + 2), one.Named));

        await UntilAsync(() => _nodes[^1].View.Master?.Node == new NodeId(1), "the worker follows the host that is up");
    }

    [Fact]
    public async Task HostComesBack_WorkerIsThereAgain()
    {
        var one = await StartAsync(1);
        var worker = await StartWorkerAsync(one);
        var port = one.TablePort.Port;
        await UntilAsync(() => worker.View.Master?.Node == new NodeId(1), "the worker follows the named host");
        await one.KillAsync();
        await UntilAsync(() => worker.View.Peers.IsEmpty, "the host is silent");

        var again = await StartAsync(1, port: port);
        await UntilAsync(() => worker.View.Peers.ContainsKey(new(1)) && again.View.Peers.ContainsKey(Worker), "both hear each other again");
    }

    [Fact]
    public async Task ForeignKey_NeitherHearsTheOtherAndTheLineNamesTheHost()
    {
        var one = await StartAsync(1);
        var worker = await TableHost.StartWorkerAsync(9, new(ClusterKey.NewRandom(), TimeProvider.System), one.Named);
        _nodes.Add(worker);

        await UntilAsync(() => worker.LinesOf(NotReached).Count > 0, "the worker says what is wrong");
        var line = Assert.Single(worker.LinesOf(NotReached));
        Assert.Contains($"{one.Named.Host}:{one.Named.Port}", line);
        Assert.Contains("another cluster key", line);
        Assert.Empty(worker.View.Peers);
        Assert.Empty(one.View.Peers);
    }

    [Fact]
    public async Task HostIsTheWorkerItself_SaysSo()
    {
        // Its own table port is known only once it listens, so another node of its id stands there.
        var self = await TableHost.StartAsync(9, _ring, _network, "127.0.0.4");
        _nodes.Add(self);
        var worker = await StartWorkerAsync(self);

        await UntilAsync(() => worker.LinesOf(NotReached).Count > 0, "the worker says what is wrong");
        Assert.Contains("it is this node itself", Assert.Single(worker.LinesOf(NotReached)));
    }

    [Fact]
    public async Task HostSpeaksNoTls_NothingIsBelieved()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var port = ((IPEndPoint)plain.LocalEndpoint).Port;
        var answering = AnswerInPlainAsync(plain);
        var worker = await TableHost.StartWorkerAsync(9, _ring, new DnsEndPoint("127.0.0.1", port + 2));
        _nodes.Add(worker);

        await UntilAsync(() => worker.LinesOf(NotReached).Count > 0, "the worker says what is wrong");
        Assert.Contains("no TLS 1.3 handshake", Assert.Single(worker.LinesOf(NotReached)));
        Assert.Empty(worker.View.Peers);
        await worker.KillAsync();
        plain.Stop();
        await answering;
    }

    [Fact]
    public async Task PlaintextBeacon_IsNotRead()
    {
        var one = await StartAsync(1);
        using var client = new TcpClient();
        await client.ConnectAsync(one.TablePort);
        using var frame = new MemoryStream();
        await TableFrames.WriteAsync(frame, new TableRequest.Beacon(BeaconOf(5), 0), CancellationToken.None);
        await client.GetStream().WriteAsync(frame.ToArray());

        await Eventually.ComesAsync(DrainAsync(client.GetStream()), "the host hangs up");
        Assert.Equal(0, Taken(one));
    }

    [Fact]
    public async Task OversizedBeacon_IsRefusedAndTheConnectionWithIt()
    {
        var one = await StartAsync(1);
        var member = Member(5);
        await using (var stream = await OpenAsync(member, one))
        {
            await TableFrames.WriteAsync(stream, new TableRequest.Beacon(new byte[WireBeacon.MaxBytes + 1], 0), CancellationToken.None);
            await Eventually.ComesAsync(DrainAsync(stream), "the host hangs up");
        }

        Assert.Contains("length is out of range", Assert.Single(one.Drops.Entries).Text);
        Assert.Equal(0, Taken(one));

        // Longer than any beacon, yet within the frame's limit: judged as a datagram would be.
        await using (var stream = await OpenAsync(member, one))
        {
            await TableFrames.WriteAsync(stream, new TableRequest.Beacon(new byte[WireBeacon.MaxBytes], 0), CancellationToken.None);
            await Eventually.ComesAsync(TableFrames.ReadAnswerAsync(stream, CancellationToken.None), "an answer all the same");
        }

        Assert.Equal(1, one.Discovery.Counters[BeaconRejection.TooLong]);
        Assert.Equal(0, Taken(one));
    }

    [Fact]
    public async Task BadFrames_OfOneMemberOverAndOver_AreAFewLines()
    {
        var one = await StartAsync(1);
        for (var i = 0; i < 3 * TableListener.LinesPerMinute; i++)
        {
            await using var stream = await OpenAsync(Member(5), one);
            await TableFrames.WriteAsync(stream, new TableRequest.ReadAll(ulong.MaxValue), CancellationToken.None);
            await Assert.ThrowsAnyAsync<IOException>(
                () => Eventually.ComesAsync(TableFrames.ReadAnswerAsync(stream, CancellationToken.None), "the end of the connection"));
        }

        // Each line is written before its connection ends.
        Assert.Equal(TableListener.LinesPerMinute, one.Drops.Entries.Count);
    }

    [Fact]
    public async Task Flood_OfOneMember_IsDropped()
    {
        var one = await StartAsync(1);
        await using var stream = await OpenAsync(Member(5), one);
        for (var sequence = 1ul; one.Discovery.Counters[BeaconRejection.Flood] == 0; sequence++)
        {
            await TableFrames.WriteAsync(stream, new TableRequest.Beacon(BeaconOf(5, sequence), null), CancellationToken.None);
            await Eventually.ComesAsync(TableFrames.ReadAnswerAsync(stream, CancellationToken.None), "an answer");
        }
    }

    [Fact]
    public async Task Replay_OverATableConnection_IsRefused()
    {
        var one = await StartAsync(1);
        await using var stream = await OpenAsync(Member(5), one);
        for (var i = 0; i < 2; i++)
        {
            await TableFrames.WriteAsync(stream, new TableRequest.Beacon(BeaconOf(5), 0), CancellationToken.None);
            await Eventually.ComesAsync(TableFrames.ReadAnswerAsync(stream, CancellationToken.None), "an answer");
        }

        Assert.Equal(1, Taken(one));
        Assert.Equal(1, one.Discovery.Counters[BeaconRejection.Duplicate]);
    }

    [Fact]
    public async Task NotReached_ForMinutes_IsOneLineAMinuteAndABeatNeverWaits()
    {
        using var gone = new TcpListener(IPAddress.Loopback, 0);
        gone.Start();
        var attempts = 0;
        var hangingUp = HangUpAsync(gone, () => Interlocked.Increment(ref attempts));
        var port = ((IPEndPoint)gone.LocalEndpoint).Port;
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var log = new RecordingLogger<TableBeaconTransport>();
        var node = new DiscoveryNode
        {
            Id = Worker, Mode = NodeMode.Worker, Ports = new(9999, 9998, 9997), Bind = IPAddress.Loopback, DataFolder = "",
            Connect = [new("localhost", port + 2)],
        };
        var begun = clock.GetTimestamp();
        await using (var transport = new TableBeaconTransport(node, Options.Create(new DiscoveryOptions()), new(Worker, _ring, clock), _ring, clock, log))
        {
            transport.Start((_, _) => { });
            for (var attempt = 1; clock.GetElapsedTime(begun) < TimeSpan.FromMinutes(3); attempt++)
            {
                await UntilAsync(
                    () =>
                    {
                        for (var beat = 0; beat < 5; beat++)
                        {
                            transport.Send(new byte[200], [], []);
                            clock.Advance(TimeSpan.FromMilliseconds(100));
                        }

                        return Volatile.Read(ref attempts) >= attempt;
                    },
                    $"attempt {attempt}");
            }
        }

        gone.Stop();
        await hangingUp;
        var lines = log.Entries.Where(line => line.Id == NotReached).ToList();
        Assert.InRange(lines.Count, 2, 1 + (int)clock.GetElapsedTime(begun).TotalMinutes);
        Assert.All(lines, line => Assert.Contains($"localhost:{port + 2} (--connect) cannot be reached at its table port {port}", line.Text));
    }

    private static Task UntilAsync(Func<bool> condition, string what) => Eventually.HoldsAsync(condition, what, TimeSpan.FromSeconds(60));

    private static long Taken(TableHost host) => host.Discovery.Counters[BeaconRejection.None];

    private static int ClosedPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task DrainAsync(Stream stream)
    {
        try
        {
            while (await stream.ReadAsync(new byte[256]) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset instead of closed: as good.
        }
    }

    private static async Task AnswerInPlainAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
                await DrainAsync(client.GetStream());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end, before the next call or during it.
        }
    }

    private static async Task HangUpAsync(TcpListener listener, Action accepted)
    {
        try
        {
            while (true)
            {
                (await listener.AcceptTcpClientAsync()).Dispose();
                accepted();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end, before the next call or during it.
        }
    }

    private static async Task<SslStream> OpenAsync(MutualTls tls, TableHost host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.TablePort);
        return await tls.ConnectAsync(client.GetStream(), host.TablePort, null, CancellationToken.None);
    }

    private MutualTls Member(ulong id) =>
        new(new(new(id), _ring, TimeProvider.System), _ring, TimeProvider.System, new RecordingLogger<MutualTls>());

    private byte[] BeaconOf(ulong id, ulong sequence = 1) =>
        Beacons.Write(Beacons.Of(id, sequence: sequence, sentUnixMs: TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()),
            new RingBeaconKeys(_ring).Now()[0]);

    private async Task<TableHost> StartAsync(ulong id, bool hasTablePort = true, int port = 0)
    {
        var host = await TableHost.StartAsync(id, _ring, _network, $"127.0.0.{id}", hasTablePort, port);
        _nodes.Add(host);
        return host;
    }

    private async Task<TableHost> StartWorkerAsync(TableHost named)
    {
        var worker = await TableHost.StartWorkerAsync(9, _ring, named.Named);
        _nodes.Add(worker);
        return worker;
    }
}
