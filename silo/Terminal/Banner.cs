using System.Globalization;
using System.Runtime.InteropServices;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Peers;
using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Terminal;

/// <summary>What the program says about itself at the start: no password, and of a wallet address only its ends.</summary>
internal static class Banner
{
    /// <param name="pads">Of GhostRider; null for other algorithms.</param>
    public static IEnumerable<string> Lines(
        PeerCapabilities machine, HugePages hugePages, NodeOptions node, PoolOptions pool, ThisNode identity, ClusterAccess access,
        string? pads = null)
    {
        yield return Line("ABOUT", $"p2p-miner {ProgramVersion.Text}, {RuntimeInformation.FrameworkDescription}");
        yield return Line("NODE", $"{identity.Id.Short} in {node.GetDataFolder()}");
        yield return Line("CPU", $"{machine.Cpu}, {machine.Cores} core{Plural(machine.Cores)}, L2 {Size(machine.L2Bytes)}, L3 {Size(machine.L3Bytes)}");
        yield return Line("", string.Join(' ', machine.Isa));
        yield return Line("MEMORY", $"{Size(machine.RamUsableBytes)} usable of {Size(machine.RamTotalBytes)}");
        yield return Line("HUGE PAGES", hugePages.Total == 0
            ? "none reserved; transparent ones if the system provides them"
            : $"{hugePages.Free} of {hugePages.Total} free");
        if (hugePages.GiantTotal > 0)
        {
            yield return Line("1 GB PAGES", $"{hugePages.GiantFree} of {hugePages.GiantTotal} free");
        }

        if (machine.NumaNodes > 1)
        {
            yield return Line("NUMA", $"{machine.NumaNodes} nodes");
        }

        yield return Line("ALGORITHM", $"{node.GetAlgorithm().WireName()}, {machine.Threads} thread{Plural(machine.Threads)}");
        if (pads is not null)
        {
            yield return Line("SCRATCHPADS", pads);
        }

        yield return Line("CLUSTER", $"{access.Ring.Current.Id[..8]}, {(access.IsNew ? "new. To add a machine" : "to add a machine")}: "
            + "run p2p-console invite here, and run the printed line on that machine");
        foreach (var line in node.Mode == NodeMode.Worker ? [Line("POOL", "the master's: this node is a worker")] : Pools(pool))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Pools(PoolOptions pool)
    {
        if (pool.Practice)
        {
            yield return Line("POOL", "the built-in practice pool: shares earn nothing");
            yield break;
        }

        if (pool.Pools.Count == 0)
        {
            yield return Line("POOL",
                "none here: no work unless another machine of the cluster has one. Give it a pool with -o URL -u WALLET, or try --practice");
        }

        for (var i = 0; i < pool.Pools.Count; i++)
        {
            var entry = pool.Pools[i];
            var url = PoolUrl.TryParse(entry.Url, out var read, out _) ? read.ToString() : entry.Url;
            yield return Line($"POOL {i + 1}", $"{url} for {Wallet.Shorten(entry.User)}");
        }
    }

    private static string Line(string name, string text) => $"{name,-12} {text}";

    private static string Plural(int count) => count == 1 ? "" : "s";

    private static string Size(long bytes) => bytes switch
    {
        0 => "unknown",
        >= 1 << 30 => (bytes / (double)(1 << 30)).ToString("F1", CultureInfo.InvariantCulture) + " GB",
        >= 1 << 20 => (bytes / (double)(1 << 20)).ToString("F1", CultureInfo.InvariantCulture) + " MB",
        _ => $"{bytes / 1024} KB",
    };
}
