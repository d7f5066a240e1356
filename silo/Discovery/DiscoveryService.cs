using System.Net;
using Microsoft.Extensions.Options;
using P2PMiner.Peers;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Discovery;

/// <summary>Runs the exchange of beacons while the program runs. It belongs to the process, not to the silo's host, which may be rebuilt under it.</summary>
internal sealed class DiscoveryService : BackgroundService
{
    private readonly DiscoveryOptions _options;
    private readonly IBeaconTransport _transport;
    private readonly TimeProvider _clock;
    private readonly ILogger<DiscoveryService> _log;
    private readonly BeaconExchange _exchange;
    private readonly SeedResolver _seeds;

    public DiscoveryService(
        DiscoveryNode node, IOptions<DiscoveryOptions> options, BeaconKeyRing keys, IBeaconTransport transport, Mastership mastership, TimeProvider clock,
        ILogger<DiscoveryService> log)
    {
        _options = options.Value;
        _transport = transport;
        _clock = clock;
        _log = log;
        _exchange = new(node, _options.GetTiming(), keys, transport, mastership, clock, log);
        _seeds = new([.. Seeds(node, _options)], clock, log);
    }

    public BeaconCounters Counters => _exchange.Counters;

    /// <summary>Answers a node that sends its beacons to the table port.</summary>
    /// <returns>An answer without beacons if discovery is off.</returns>
    public BeaconNews Answer(NodeId peer, IPEndPoint from, byte[] datagram, long? since)
        => _options.Enabled ? _exchange.Answer(datagram, new(from, peer), since) : new(0, []);

    /// <exception cref="System.Net.Sockets.SocketException">The beacon port cannot be opened.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Enabled)
        {
            _transport.Start(_exchange.Receive);
        }

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_options.Enabled)
        {
            _exchange.Leave();
        }

        await _transport.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seeds = _options.Enabled ? _seeds.RunAsync(_exchange.SetSeeds, stoppingToken) : Task.CompletedTask;
        using var timer = new PeriodicTimer(_options.Interval, _clock);
        try
        {
            do
            {
                Beat();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        try
        {
            await seeds;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Beat()
    {
        try
        {
            _exchange.Tick();
        }
        catch (Exception error)
        {
            // Without beats the node would be dead to the others while it goes on mining; the next beat may work.
            _log.RoundFailed(error);
        }
    }

    private static IEnumerable<DnsEndPoint> Seeds(DiscoveryNode node, DiscoveryOptions options)
    {
        if (node.UsesTablePorts)
        {
            yield break;
        }

        foreach (var connect in node.Connect)
        {
            yield return new(connect.Host, options.Port);
        }

        foreach (var seed in options.Seeds)
        {
            yield return HostPort.TryParse(seed, options.Port, out var endPoint) ? endPoint
                : throw new InvalidOperationException($"'{seed}' is not a seed; the validator should have refused it");
        }
    }
}
