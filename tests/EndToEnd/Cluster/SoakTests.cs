using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Long runs. A minute each by default; SOAK_MINUTES in the environment makes them longer, see make soak.</summary>
[Collection(nameof(VirtualNetwork))]
public sealed class SoakTests(ITestOutputHelper output)
{
    private static TimeSpan Length
        => TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("SOAK_MINUTES") ?? "1", CultureInfo.InvariantCulture));

    [Fact]
    public async Task KillsJoinsAndPauses_NoNonceTwiceAndNoWrongShare()
    {
        await using var hosts = await ClusterTests.StartAsync(4, output);
        var random = new Random(7);
        var begun = Stopwatch.GetTimestamp();
        var did = new Dictionary<string, int>();
        while (Stopwatch.GetElapsedTime(begun) < Length)
        {
            await Task.Delay(TimeSpan.FromSeconds(random.Next(2, 8)));
            var host = random.Next(hosts.Count);
            var what = hosts.IsRunning(host) ? new[] { "kill", "stop", "pause" }[random.Next(3)] : "start";
            if (what is "kill" or "stop" && Enumerable.Range(0, hosts.Count).Count(hosts.IsRunning) <= 2)
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
                default:
                    // The console may meet a cluster that is just choosing its master; then there is no pause.
                    await hosts.TryCommandAsync(host, "pause", hosts.NodeId(host)[..8]);
                    await hosts.TryCommandAsync(host, "resume", hosts.NodeId(host)[..8]);
                    break;
            }
        }

        foreach (var host in Enumerable.Range(0, hosts.Count).Where(host => !hosts.IsRunning(host)))
        {
            hosts.Start(host);
        }

        for (var host = 0; host < hosts.Count; host++)
        {
            await hosts.TryCommandAsync(host, "resume", "all");
        }

        var took = await hosts.UntilAsync(0, state => state.Mining == hosts.Count, "all nodes mining again");
        output.WriteLine($"{string.Join(", ", did.Select(pair => $"{pair.Value} x {pair.Key}"))}; all mining {took.TotalSeconds:F1} s after the last");
        for (var host = 0; host < hosts.Count; host++)
        {
            await hosts.StopAsync(host);
        }

        Assert.DoesNotContain(hosts.LinesOfFormer, line => Regex.IsMatch(line, "rejected.*(uplicate|nvalid|ow difficulty)|wrong hash|outside its lease"));
        output.WriteLine($"{hosts.LinesOfFormer.Count(line => line.Contains(" accepted (", StringComparison.Ordinal))} shares accepted");
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
}
