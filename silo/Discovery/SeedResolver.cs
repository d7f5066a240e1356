using System.Net;
using System.Net.Sockets;

namespace P2PMiner.Silo.Discovery;

/// <summary>Turns configured seeds into end points, again and again: names change their address, and a resolver may be down at first.</summary>
internal sealed class SeedResolver(IReadOnlyList<DnsEndPoint> seeds, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The most addresses one name may stand for.</summary>
    private const int MaxAddresses = 8;

    private readonly HashSet<string> _failed = [];
    private readonly Dictionary<DnsEndPoint, IPEndPoint[]> _known = [];

    /// <summary>Runs until cancelled; a name that fails keeps the addresses it had, and is logged once until it works again.</summary>
    public async Task RunAsync(Action<IReadOnlyCollection<IPEndPoint>> found, CancellationToken cancellation)
    {
        while (seeds.Count > 0)
        {
            foreach (var seed in seeds)
            {
                await ResolveAsync(seed, cancellation);
                found([.. _known.Values.SelectMany(addresses => addresses)]);
            }

            await Task.Delay(Again, clock, cancellation);
        }
    }

    private async Task ResolveAsync(DnsEndPoint seed, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(seed.Host, limit.Token);
            _known[seed] = [.. addresses.Take(MaxAddresses).Select(address => new IPEndPoint(address, seed.Port))];
            _failed.Remove(seed.Host);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            if (_failed.Add(seed.Host))
            {
                log.SeedUnknown(seed.Host, error.Message);
            }
        }
    }
}
