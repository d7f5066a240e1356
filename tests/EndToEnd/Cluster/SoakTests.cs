using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Long runs. A minute each by default; SOAK_MINUTES in the environment makes them longer, see make soak.</summary>
[Collection(nameof(VirtualNetwork))]
public sealed class SoakTests(ITestOutputHelper output)
{
    internal static TimeSpan Length
        => TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("SOAK_MINUTES") ?? "1", CultureInfo.InvariantCulture));

    /// <summary>
    /// Four nodes come and go, and a fifth hashes wrongly all the time: as often as a new master meets it or a person releases it, it is found out.
    /// </summary>
    [Fact]
    public async Task KillsJoinsAndPauses_NoNonceTwiceAndNoWrongShare()
    {
        const int Sound = 4;
        const int Faulty = 4;

        // Every login has an extra nonce of its own, as at a pool that forgets who is gone. Easier shares where the machine is busy.
        var pool = new PracticePoolOptions { StartDifficulty = 15, MinDifficulty = 3, MaxDifficulty = 15, ResumeTime = TimeSpan.Zero };
        await using var hosts = await ClusterTests.StartAsync(() => Hosts.CreateAsync(Sound + 1, pool), Sound, output);
        hosts.MakeFaulty(Faulty);
        hosts.Start(Faulty, "--mode", "worker");
        await hosts.UntilAsync(0, state => IsFoundOut(state, hosts.NodeId(Faulty)), "quarantine of the node that hashes wrongly");
        var faulty = hosts.NodeId(Faulty)[..8];

        // With this seed, one of each kind is among the first five: a busy machine gets no further in a minute.
        var random = new Random(125);
        var begun = Stopwatch.GetTimestamp();
        var did = new Dictionary<string, int>();
        while (Stopwatch.GetElapsedTime(begun) < Length)
        {
            await Task.Delay(TimeSpan.FromSeconds(random.Next(2, 8)));
            var host = random.Next(Sound);
            var what = hosts.IsRunning(host) ? new[] { "kill", "stop", "pause", "release" }[random.Next(4)] : "start";
            if (what is "kill" or "stop" && Enumerable.Range(0, Sound).Count(hosts.IsRunning) <= 2)
            {
                what = "pause";
            }

            did[what] = did.GetValueOrDefault(what) + 1;
            switch (what)
            {
                case "kill":
                    await hosts.KillAsync(host);
                    break;
                case "stop":
                    await hosts.StopAsync(host);
                    break;
                case "start":
                    hosts.Start(host);
                    break;
                case "release":
                    await hosts.TryCommandAsync(host, "release", faulty);
                    break;
                default:
                    // The console may meet a cluster that is just choosing its master; then there is no pause.
                    await hosts.TryCommandAsync(host, "pause", hosts.NodeId(host)[..8]);
                    await hosts.TryCommandAsync(host, "resume", hosts.NodeId(host)[..8]);
                    break;
            }
        }

        foreach (var host in Enumerable.Range(0, Sound).Where(host => !hosts.IsRunning(host)))
        {
            hosts.Start(host);
        }

        for (var host = 0; host < Sound; host++)
        {
            await hosts.TryCommandAsync(host, "resume", "all");
        }

        string[] sound = [.. Enumerable.Range(0, Sound).Select(hosts.NodeId)];
        var took = await hosts.UntilAsync(
            0, state => sound.All(node => state.Nodes.GetValueOrDefault(node)?.State == "mining") && IsFoundOut(state, hosts.NodeId(Faulty)),
            "all nodes mining again but the one that hashes wrongly");
        output.WriteLine($"{string.Join(", ", did.Select(pair => $"{pair.Value} x {pair.Key}"))}; all mining {took.TotalSeconds:F1} s after the last");
        await ReleaseIsFoundOutAgainAsync(hosts, faulty);
        for (var host = 0; host < hosts.Count; host++)
        {
            await hosts.StopAsync(host);
        }

        Assert.DoesNotContain(hosts.LinesOfFormer, line => Regex.IsMatch(line, "rejected.*(uplicate|nvalid|ow difficulty)|outside its lease|self-test"));
        Assert.All(
            hosts.LinesOfFormer.Where(line => Regex.IsMatch(line, "wrong hash|is quarantined:")),
            line => Assert.Matches($"node {faulty} (computes wrong hashes|is quarantined)|this node is quarantined", line));
        AssertPool(hosts.Pool);
        output.WriteLine($"{hosts.Pool.GetStatistics().Accepted} shares accepted; wrong hashes: {hosts.LinesOfFormer.Count(line => line.Contains("computes wrong hashes", StringComparison.Ordinal))}"
            + $", none at the pool; {hosts.LinesOfFormer.Count(line => line.Contains($"{faulty} is quarantined", StringComparison.Ordinal))} quarantines");
        Assert.Null(LedgerFiles.FindOverlap(hosts.Ledgers));
    }

    [Fact]
    public async Task SixSilosUnderFullLoad_NobodyDiesAndTheConsoleAnswers()
    {
        await using var hosts = await ClusterTests.StartAsync(6, output, "--threads", "2");
        await using var console = hosts.OpenConsole(1);
        var answers = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Length)
        {
            var asked = Stopwatch.GetTimestamp();
            await console.TypeAsync("peers");
            await console.WaitForLineAsync(@"^\d+ nodes", TimeSpan.FromMinutes(1));
            answers.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        // The first finds code that was not compiled yet.
        answers.RemoveAt(0);
        answers.Sort();
        output.WriteLine($"{answers.Count} answers of the console: p50 {answers[answers.Count / 2]:F0} ms, p99 {answers[answers.Count * 99 / 100]:F0} ms, worst {answers[^1]:F0} ms");
        var deaths = string.Join('\n', Enumerable.Range(0, 6).SelectMany(host => hosts[host].Lines).Where(line => Regex.IsMatch(line, ClusterTests.Death)));
        Assert.True(deaths.Length == 0, deaths);
    }

    private static bool IsFoundOut(ClusterState state, string node)
        => state.Nodes.GetValueOrDefault(node) is { Quarantined: true, State: "quarantined", Accepted: 0 };

    private static async Task ReleaseIsFoundOutAgainAsync(Hosts hosts, string node)
    {
        var before = Quarantines();
        var (exitCode, said) = await hosts.TryCommandAsync(0, "release", node);
        Assert.True(exitCode == 0, said);
        await Eventually.HoldsAsync(() => Quarantines() > before, "another quarantine after the release", TimeSpan.FromMinutes(5));
        Assert.Contains(hosts.Lines, line => line.Contains($"node {node} is released from quarantine", StringComparison.Ordinal));

        int Quarantines() => hosts.Lines.Count(line => line.Contains($"node {node} is quarantined: 3 wrong hashes", StringComparison.Ordinal));
    }

    /// <summary>The pool recomputed every share. A block may have come while one was on its way; nothing else is wrong with any.</summary>
    private static void AssertPool(PracticePool pool)
    {
        var statistics = pool.GetStatistics();
        Assert.All(statistics.Refused.Keys, refusal => Assert.Equal(PracticeRefusal.Expired, refusal));
        var shares = pool.GetLedger();
        Assert.Equal(statistics.Accepted, shares.Count);
        Assert.Equal(shares.Count, shares.DistinctBy(share => (share.Blob, share.Nonce)).Count());
    }
}
