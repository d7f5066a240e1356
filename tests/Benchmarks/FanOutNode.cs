using System.Diagnostics;
using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Benchmarks;

/// <summary>One node of <see cref="FanOutBenchmark"/>, in a process of its own. Takes its orders from standard input and ends with it.</summary>
internal static class FanOutNode
{
    public const string Name = "fanout-node";

    private const int HashesTimed = 200;
    private static readonly TimeSpan TimedWithin = TimeSpan.FromSeconds(8);

    /// <summary>Orders: "hash" times single hashes while the node rests, "watch" looks out for the next switch.</summary>
    /// <param name="arguments">Node id, data folder, session to work for, then settings as KEY=VALUE.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var orders = ChildOrders.ReadAllAsync();
        var node = NodeId.TryParse(arguments[0], out var id) ? id : throw new FormatException($"'{arguments[0]}' is no node id");
        var settings = new Dictionary<string, string>();
        foreach (var setting in arguments.Skip(3))
        {
            // A later one counts.
            settings[setting.Split('=')[0]] = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        await using var miner = await MinerUnderTest.StartAsync(node, new(arguments[1]), arguments[2], settings);
        await miner.UntilMiningAsync();
        Console.WriteLine("mining");
        await foreach (var order in orders)
        {
            switch (order)
            {
                case "hash":
                    await miner.Peer.PauseAsync();
                    Console.WriteLine("hash " + string.Join(
                        ' ', (await HashTimesAsync(miner)).Select(time => time.ToString("F3", CultureInfo.InvariantCulture))));
                    await miner.Peer.ResumeAsync();
                    await miner.UntilMiningAsync();
                    Console.WriteLine("mining");
                    break;
                case "watch":
                    var switched = miner.Engine.NextSwitch();
                    Console.WriteLine("watching");
                    var (told, ended) = await switched;
                    Console.WriteLine($"switched {told} {ended}");
                    break;
                default:
                    throw new UnreachableException($"'{order}' is no order");
            }
        }

        return 0;
    }

    /// <summary>Milliseconds of single hashes on a thread.</summary>
    private static async Task<List<double>> HashTimesAsync(MinerUnderTest miner)
    {
        var times = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        for (var nonce = 0u; nonce < HashesTimed && Stopwatch.GetElapsedTime(begun) < TimedWithin; nonce++)
        {
            var result = await miner.Engine.Inner.SearchAsync(new()
            {
                Generation = ulong.MaxValue,
                Algorithm = Algorithm.RandomX,
                Seed = miner.Engine.GetStatus().Seed!,
                Blob = [.. new byte[76]],
                NonceOffset = 39,
                Range = new(nonce, 1),
                Target = Target.FromDifficulty(1_000_000_000),
            });
            times.Add(result.Elapsed.TotalMilliseconds);
        }

        return times;
    }
}
