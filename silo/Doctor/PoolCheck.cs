using System.Globalization;
using System.Net;
using P2PMiner.Doctor;
using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether there is a pool, and whether it can be reached. Connects, and says nothing: no login, no wallet.</summary>
internal static class PoolCheck
{
    public const string Name = "pool";

    /// <param name="reached">Each pool by host and port, or the proxy before it, and why it cannot be reached; null: it can. The preferred first.</param>
    public static IEnumerable<Finding> Examine(Examination given, IReadOnlyList<(string Where, string? Why)> reached)
    {
        if (given.Pool.Practice)
        {
            // What a running node mines on, and that it earns nothing, MiningCheck says.
            yield return given.Live is null ? Found.Note(Name, "The practice pool is in use: shares earn nothing.")
                : Found.Ok(Name, "The practice pool is built in, so there is nothing to reach.");
            yield break;
        }

        if (reached.Count == 0)
        {
            yield return given.Live is not null ? Found.Ok(Name, "No pool is set on this node itself, so it mines on those of the cluster.")
                : given.IsUnknown ? Found.Note(Name, "Only the running node knows its pools, and it did not answer.")
                : given.Unread.Count > 0
                    ? Found.Note(Name,
                        $"No pool is set for a node of this user. Which the service has is not for this user to read: {string.Join(" and ", given.Unread)}.",
                        $"sudo {given.Commands.Miner} doctor", "findings about the pools of the service")
                : given.Node.Mode == NodeMode.Worker ? Found.Ok(Name, "This node is a worker: the master's pool counts.")
                : given.IsBesideAnother ? Found.Note(Name,
                    "No pool is set for a node that is started so; other nodes of this machine have settings of their own.")
                : Found.Note(Name, "No pool is set here: nothing is mined unless another machine of the cluster has one.",
                    $"sudo {given.Commands.Miner} setup", "mining");
            yield break;
        }

        for (var i = 0; i < reached.Count; i++)
        {
            var which = string.Create(CultureInfo.InvariantCulture, $"Pool {i + 1}, {reached[i].Where},");
            yield return reached[i].Why is not { } why ? Found.Ok(Name, $"{which} can be reached.")
                : i == 0 ? Found.Speed(Name, $"{which} cannot be reached: {why}.", gain: reached.Any(other => other.Why is null)
                    ? "mining on the pool you prefer" : "mining")
                : Found.Note(Name, $"{which} cannot be reached: {why}.", gain: "a pool to fall back on");
        }
    }

    public static async Task<IReadOnlyList<(string Where, string? Why)>> ReadAsync(Examination given, CancellationToken cancellation)
    {
        return given.Pool.Practice ? [] : await Task.WhenAll(given.Pool.Pools.Select(TryAsync));

        async Task<(string, string?)> TryAsync(PoolEntry pool)
        {
            if (!PoolUrl.TryParse(pool.Url, out var url, out _))
            {
                return ("?", "its URL cannot be read");
            }

            // Behind a proxy only the proxy is ours to reach; USER:PASS@ is not for this.
            var proxy = pool.Socks5 is { Length: > 0 } given ? given[(given.LastIndexOf('@') + 1)..] : null;
            return proxy is null ? (url.Authority, await Reach.TryAsync(new DnsEndPoint(url.Host, url.Port), cancellation))
                : HostPort.TryParse(proxy, 0, out var end) ? ($"{url.Authority} by the proxy {proxy}", await Reach.TryAsync(end, cancellation))
                : ($"{url.Authority} by a proxy", "the proxy's address cannot be read");
        }
    }
}
