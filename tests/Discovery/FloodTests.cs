using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;
using P2PMiner.TestKit;

namespace P2PMiner.Discovery.Tests;

/// <summary>An outsider on the Ethernet of a cluster floods it. Real sockets on hosts of their own, between them a bridge of the kernel.</summary>
[Collection(nameof(FloodTests))]
[CollectionDefinition(nameof(FloodTests), DisableParallelization = true)]
[Trait("Lane", "Full")]
public sealed class FloodTests : IAsyncDisposable
{
    private const int Nodes = 2;
    private const int Outsider = Nodes;
    private const int DatagramsPerSecond = 30_000;
    private const int Port = 10000;

    /// <summary>Beacons of the other node that each must take while the flood goes on: some seconds' worth.</summary>
    private const int BeaconsToTake = 10;

    private static readonly DiscoveryOptions Settings = new() { Port = Port, Timeout = TimeSpan.FromSeconds(3) };
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-flood-").FullName;
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _running = [];
    private readonly ConcurrentBag<(BeaconExchange Exchange, Mastership Views)> _nodes = [];
    private readonly RecordingLogger<BeaconExchange> _log = new();
    private BridgedNetwork? _network;

    public static bool CannotRun => NetworkNamespace.Missing is not null;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_running);
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        _end.Dispose();
    }

    [Fact(Skip = "needs root, for network namespaces", SkipWhen = nameof(CannotRun))]
    public Task Flood_OfRubbishUnderAllAddressesOfTheMaster_LosesNoNode()
    {
        byte[][] rubbish = [[0], new byte[BeaconCodec.MinBytes]];
        return FloodAsync(
            new(At(BridgedNetwork.Address(1)), [At(BridgedNetwork.Address(0))], rubbish, DatagramsPerSecond / 2),
            new(At(BridgedNetwork.AddressV6(1)), [At(BridgedNetwork.AddressV6(0)), At(BridgedNetwork.LinkLocal(0))], rubbish, DatagramsPerSecond / 2));
    }

    [Fact(Skip = "needs root, for network namespaces", SkipWhen = nameof(CannotRun))]
    public Task Flood_OfForgedBeaconsToAll_LosesNoNode()
    {
        var forged = Beacons.Write(Beacons.Of(1));
        forged[^1] ^= 1;
        return FloodAsync(new UdpFlood(At(IPAddress.Parse("10.78.0.255")),
            [.. Enumerable.Range(0, 250).Select(i => At(BridgedNetwork.Address(i)))], [forged], DatagramsPerSecond));
    }

    private static IPEndPoint At(IPAddress address) => new(address, Port);

    private async Task FloodAsync(params UdpFlood[] floods)
    {
        _network = await BridgedNetwork.CreateAsync(Nodes + 1);
        for (var i = 0; i < Nodes; i++)
        {
            Start(i);
        }

        await UntilAsync(() => _nodes.Count == Nodes
            && _nodes.All(node => node.Views.Current.Decision.Master == new NodeId(1) && node.Views.Current.Peers.Count == Nodes - 1), "one master");
        var term = _nodes.First().Views.Current.Decision.Term;
        var taken = Taken();

        _running.AddRange(floods.Select(flood => _network.Hosts[Outsider].RunOnAsync(() => flood.Run(_end.Token))));
        await UntilAsync(() => Taken().Zip(taken).All(count => count.First - count.Second >= BeaconsToTake * (Nodes - 1)), "beacons in the midst of the flood");

        Assert.All(floods, flood => Assert.True(flood.Sent > DatagramsPerSecond / 10, $"the flood was one of {flood.Sent} datagrams"));
        Assert.True(_nodes.Any(node => Rubbish(node.Exchange.Counters) > DatagramsPerSecond / 10), "the flood came to nobody");
        Assert.DoesNotContain(_log.Entries, line => line.Id == 1003);
        Assert.All(_nodes, node => Assert.Equal((new NodeId(1), term), (node.Views.Current.Decision.Master, node.Views.Current.Decision.Term)));
        Assert.InRange(_log.Entries.Count(line => line.Id == 1004), 1, 2 * Nodes * BeaconSources.LinesPerMinute);
    }

    private static long Rubbish(BeaconCounters counters)
        => counters[BeaconRejection.TooShort] + counters[BeaconRejection.NotOurs] + counters[BeaconRejection.BadMac];

    private long[] Taken() => [.. _nodes.Select(node => node.Exchange.Counters[BeaconRejection.None])];

    /// <summary>All that a node does on its network happens on one thread, which is in its namespace; only the readers of the sockets have their own.</summary>
    private void Start(int host)
    {
        _running.Add(_network!.Hosts[host].RunOnAsync(() =>
        {
            var node = new DiscoveryNode
            {
                Id = new((ulong)host + 1),
                Mode = NodeMode.Auto,
                Ports = new(9999, 9998, 9997),
                Bind = IPAddress.Any,
                DataFolder = Path.Combine(_folder, $"{host}"),
            };
            var transport = new UdpBeaconTransport(Options.Create(Settings), node, TimeProvider.System, NullLogger<UdpBeaconTransport>.Instance);
            var views = new Mastership(NullLogger<Mastership>.Instance);
            var exchange = new BeaconExchange(node, Settings.GetTiming(), new(Beacons.Key), transport, views, TimeProvider.System, _log);
            transport.Start(exchange.Receive);
            _nodes.Add((exchange, views));
            do
            {
                exchange.Tick();
            }
            while (!_end.Token.WaitHandle.WaitOne(Settings.Interval));

            transport.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }));
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 600, $"did not come: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
