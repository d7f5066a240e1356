using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.TestKit;

namespace P2PMiner.Benchmarks;

/// <summary>
/// A thousand peers on one job grain: the real grain on a silo of this process, the peers on a silo of another, TCP between them. What is measured of memory
/// and CPU time is of this process alone, so of the job grain and the messages to and from it.
/// </summary>
internal static class SwarmBenchmark
{
    private const int Rounds = 3;

    /// <summary>Of a thousand, how many do not answer where it says so.</summary>
    private const int HangingOfThousand = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(115);

    private static readonly Seed JobSeed = Seed.FromBytes(new byte[32]);

    /// <param name="arguments">How many peers, default 1000; how many seconds each measurement takes in one round, default 3.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        var count = arguments.Count > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000;
        var seconds = arguments.Count > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Limit);
        var ports = FreePorts.Take(2);
        using var host = await SwarmSilo.StartAsync(SwarmSilo.Master, ports[0], new(IPAddress.Loopback, ports[0]));
        var jobs = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(SwarmSilo.Master);
        await using var peers = ChildProcess.Start(SwarmPeers.Name, $"{ports[1]}", $"{ports[0]}", $"{count}");
        try
        {
            await peers.HearAsync("ready", limit.Token);
            await jobs.SetJobAsync(Job(1, 1));
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await OrderAsync("join", "joined");
            Console.WriteLine($"swarm: {count} peers on one job grain, {Rounds} rounds of {seconds} s each; managed memory of its process: {before >> 10} KB before they "
                + $"joined, {GC.GetTotalMemory(forceFullCollection: true) >> 10} KB after");

            var serial = 1UL;
            var parent = 1UL;
            var block = new Deal("job of a new block to all");
            var refresh = new Deal("job of the same block to all");
            var hanging = new Deal($"job of a new block, {count * HangingOfThousand / 1000} peers do not answer");
            Load[] loads = [new("lease"), new("report"), new("announce")];
            await DealAsync(new(""), newBlock: true);
            for (var round = 0; round < Rounds; round++)
            {
                // A silent peer is given up after a while, and one that does not answer asks for work itself when it is back.
                await OrderAsync("join", "joined");
                await DealAsync(block, newBlock: true);
                await DealAsync(refresh, newBlock: false);
                await OrderAsync($"hang {count * HangingOfThousand / 1000}", "hanging");
                await DealAsync(hanging, newBlock: true);
                await OrderAsync("hang 0", "hanging");
                await jobs.SetJobAsync(Job(++serial, ++parent));
                await peers.HearAsync("taken", limit.Token);
                foreach (var load in loads)
                {
                    await LoadAsync(load);
                }
            }

            block.Print();
            refresh.Print();
            hanging.Print();
            Console.WriteLine($"  some do not answer / all do, ratio of medians: {Figures.Median(hanging.Milliseconds) / Figures.Median(block.Milliseconds):F2}");
            Array.ForEach(loads, load => load.Print());
            await jobs.SetJobAsync(Job(++serial, ++parent));
            await peers.HearAsync("taken", limit.Token);
            Console.WriteLine($"  managed memory after all that: {GC.GetTotalMemory(forceFullCollection: true) >> 10} KB");
            return 0;

            async Task DealAsync(Deal deal, bool newBlock)
            {
                var use = Use.Now();
                var begun = Stopwatch.GetTimestamp();
                var dealt = 0;
                while (Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds)
                {
                    parent += newBlock ? 1UL : 0;
                    var sent = Stopwatch.GetTimestamp();
                    await jobs.SetJobAsync(Job(++serial, parent));
                    deal.Turns.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                    string[] taken;
                    do
                    {
                        taken = await peers.HearAsync("taken", limit.Token);
                    }
                    while (ulong.Parse(taken[0], CultureInfo.InvariantCulture) < serial);

                    deal.Milliseconds.Add(Stopwatch.GetElapsedTime(sent, long.Parse(taken[1], CultureInfo.InvariantCulture)).TotalMilliseconds);
                    dealt++;
                }

                deal.Add(use, dealt);
            }

            async Task LoadAsync(Load load)
            {
                var use = Use.Now();
                var done = await OrderAsync($"{load.Name} {seconds}", "done");
                load.Add(use, int.Parse(done[0], CultureInfo.InvariantCulture), seconds, double.Parse(done[1], CultureInfo.InvariantCulture),
                    double.Parse(done[2], CultureInfo.InvariantCulture));
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            Console.Error.WriteLine($"swarm: not done within {Limit.TotalSeconds:0} s");
            return 1;
        }

        async Task<string[]> OrderAsync(string order, string answer)
        {
            await peers.SayAsync(order);
            return await peers.HearAsync(answer, limit.Token);
        }
    }

    private static PoolJob Job(ulong serial, ulong parent)
    {
        var blob = new byte[76];
        BinaryPrimitives.WriteUInt64LittleEndian(blob, serial);
        return new()
        {
            Serial = serial,
            JobId = $"job-{serial}",
            Algorithm = Algorithm.RandomX,
            Blob = [.. blob],
            NonceOffset = 39,
            Nonces = NonceRange.All,
            Target = Target.FromDifficulty(1_000_000_000),
            Seed = JobSeed,
            Height = parent,
            Pool = "bench:3333",
            Parent = $"{parent:x64}",
        };
    }

    /// <summary>What this process has used so far.</summary>
    private readonly record struct Use(long Allocated, TimeSpan Cpu)
    {
        public static Use Now() => new(GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
    }

    /// <summary>Jobs dealt to all peers.</summary>
    private sealed class Deal(string name)
    {
        private readonly List<double> _bytes = [];
        private readonly List<double> _cpuMilliseconds = [];

        /// <summary>From the call to the job grain to the last peer.</summary>
        public List<double> Milliseconds { get; } = [];

        /// <summary>The call alone.</summary>
        public List<double> Turns { get; } = [];

        public void Add(Use before, int jobs)
        {
            var after = Use.Now();
            _bytes.Add((double)(after.Allocated - before.Allocated) / jobs);
            _cpuMilliseconds.Add((after.Cpu - before.Cpu).TotalMilliseconds / jobs);
        }

        public void Print() => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name}, {Milliseconds.Count} times: {Figures.Spread(Milliseconds)}; {1000 / Figures.Median(Milliseconds):F0} a second; the call returns after "
            + $"{Figures.Median(Turns):F2} ms; {Figures.Median(_bytes) / 1024:F0} KB allocated and {Figures.Median(_cpuMilliseconds):F1} ms of CPU time each"));
    }

    /// <summary>Calls of one kind, as many as are answered.</summary>
    private sealed class Load(string name)
    {
        private readonly List<double> _rates = [];
        private readonly List<double> _bytes = [];
        private readonly List<double> _cpuMicroseconds = [];
        private readonly List<double> _p50 = [];
        private readonly List<double> _p99 = [];

        public string Name => name;

        public void Add(Use before, int calls, int seconds, double p50, double p99)
        {
            var after = Use.Now();
            _rates.Add((double)calls / seconds);
            _bytes.Add((double)(after.Allocated - before.Allocated) / calls);
            _cpuMicroseconds.Add((after.Cpu - before.Cpu).TotalMicroseconds / calls);
            _p50.Add(p50);
            _p99.Add(p99);
        }

        public void Print() => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name}: {Figures.Median(_rates):F0} a second ({_rates.Min():F0} to {_rates.Max():F0}); 64 at once, p50 {Figures.Median(_p50):F2} ms, p99 {Figures.Median(_p99):F2} ms; "
            + $"{Figures.Median(_bytes):F0} bytes allocated and {Figures.Median(_cpuMicroseconds):F1} us of CPU time each"));
    }
}
