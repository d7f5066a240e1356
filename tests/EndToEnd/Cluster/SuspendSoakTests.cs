using System.Text.RegularExpressions;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Machines that are suspended together. Only with SOAK_MINUTES in the environment, see make soak: it takes a quarter of an hour.</summary>
[Collection(nameof(VirtualNetwork))]
public sealed class SuspendSoakTests(ITestOutputHelper output)
{
    private const int Count = 3;
    private const int Times = 10;
    private static readonly TimeSpan Suspended = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static bool IsAskedFor => Environment.GetEnvironmentVariable("SOAK_MINUTES") is not null;

    [Fact(Skip = "a long test: SOAK_MINUTES is not set", SkipUnless = nameof(IsAskedFor))]
    public async Task AllStandStillForAMinuteTenTimes_TheyMineTogetherAfterEach()
    {
        await using var hosts = await ClusterTests.StartAsync(Count, output);
        for (var time = 1; time <= Times; time++)
        {
            for (var host = 0; host < Count; host++)
            {
                hosts[host].Freeze();
            }

            await Task.Delay(Suspended);
            for (var host = 0; host < Count; host++)
            {
                hosts[host].Thaw();
            }

            await hosts.UntilAsync(0, state => state.Mining == Count, $"all mine for one session after suspension {time}", Patience);
            Assert.All(Enumerable.Range(0, Count), host => Assert.False(hosts[host].HasExited, $"the node of host {host} has ended"));
        }

        output.WriteLine($"{hosts.Lines.Count(line => Regex.IsMatch(line, "rebuilding"))} hosts rebuilt in {Times} suspensions of {Count} nodes");
        Assert.Null(LedgerFiles.FindOverlap(hosts.Ledgers));
    }
}
