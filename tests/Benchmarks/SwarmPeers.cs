using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Benchmarks;

/// <summary>The peers of <see cref="SwarmBenchmark"/>, in a process of their own. Takes its orders from standard input and ends with it.</summary>
internal static class SwarmPeers
{
    public const string Name = "swarm-peers";

    /// <summary>Calls under way at once while the job grain is loaded as far as it goes.</summary>
    private const int Callers = 64;

    /// <summary>Low, so that the leases of the benchmark do not use up a job's nonces: 1,000 in each.</summary>
    private static readonly HashRate Rate = new(50);

    /// <summary>
    /// Orders: "join" has all peers ask for work once; "hang N" makes N of them answer no more, and the others again; "lease", "report" and "announce" with
    /// SECONDS make such calls as fast as they are answered.
    /// </summary>
    /// <param name="arguments">Port, the primary silo's port, how many peers.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var orders = ChildOrders.ReadAllAsync();
        var numbers = arguments.Select(argument => int.Parse(argument, CultureInfo.InvariantCulture)).ToArray();
        using var host = await SwarmSilo.StartAsync("peers", numbers[0], new IPEndPoint(IPAddress.Loopback, numbers[1]));
        var peers = Enumerable.Range(2, numbers[2]).Select(id => new NodeId((UInt128)id)).ToArray();
        var tally = host.Services.GetRequiredService<SwarmTally>();
        tally.Peers = peers.Length;
        var jobs = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(SwarmSilo.Master);
        Console.WriteLine("ready");
        await foreach (var line in orders)
        {
            var (order, amount) = line.Split(' ') is [var word, var number] ? (word, int.Parse(number, CultureInfo.InvariantCulture)) : (line, 0);
            switch (order)
            {
                case "join":
                    foreach (var peer in peers)
                    {
                        await LeaseAsync(peer);
                    }

                    Console.WriteLine("joined");
                    break;
                case "hang":
                    tally.Hang(peers.Take(amount));
                    Console.WriteLine("hanging");
                    break;
                default:
                    var (calls, times) = await LoadAsync(order switch
                    {
                        "lease" => LeaseAsync,
                        "report" => ReportAsync,
                        "announce" => AnnounceAsync,
                        _ => throw new UnreachableException($"'{order}' is no order"),
                    }, TimeSpan.FromSeconds(amount));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"done {calls} {Figures.Median(times):F3} {Figures.Percentile(times, 99):F3}"));
                    break;
            }
        }

        await host.StopAsync();
        return 0;

        async Task LeaseAsync(NodeId peer)
        {
            if (await jobs.LeaseAsync(peer, Rate) is { } unit)
            {
                tally.Took(peer, unit);
            }
        }

        Task ReportAsync(NodeId peer) => jobs.ReportAsync(
            new() { Peer = peer, LeaseId = tally.LeaseOf(peer), HashesDone = 1, Rate = Rate, State = PeerState.Mining }).AsTask();

        Task AnnounceAsync(NodeId peer) => jobs.AnnounceAsync(Announcement(peer)).AsTask();

        async Task<(int Calls, List<double> Milliseconds)> LoadAsync(Func<NodeId, Task> call, TimeSpan duration)
        {
            var begun = Stopwatch.GetTimestamp();
            var times = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
            {
                var own = new List<double>();
                for (var i = caller; Stopwatch.GetElapsedTime(begun) < duration; i += Callers)
                {
                    var at = Stopwatch.GetTimestamp();
                    await call(peers[i % peers.Length]);
                    own.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                }

                return own;
            }));
            return (times.Sum(own => own.Count), [.. times.SelectMany(own => own)]);
        }
    }

    private static NodeAnnouncement Announcement(NodeId peer) => new()
    {
        Node = peer,
        IsDatasetHost = false,
        Capabilities = new()
        {
            HostName = "host" + peer.Short,
            Cpu = "a CPU of some brand",
            Cores = 8,
            Threads = 8,
            L2Bytes = 1 << 20,
            L3Bytes = 16 << 20,
            RamTotalBytes = 16L << 30,
            RamUsableBytes = 8L << 30,
            Isa = ["aes", "avx2"],
            Version = "0.1.0",
        },
        DatasetMode = "fast",
        GuestThreads = 2,
    };
}
