using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using P2PMiner.Pools.Practice;
using P2PMiner.Hashing;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// A host with the dataset and a core to lend, and one with too little memory. Which way of hashing wins is the machine's affair: asserted is that all
/// were measured, that the choice follows from the figures, and that shares which the host found count.
/// </summary>
[Collection(nameof(VirtualNetwork))]
public sealed class DatasetHostTests(ITestOutputHelper output)
{
    private const int Host = 0;
    private const int Small = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task SmallNode_MeasuresAndSaysWhatItChoseAndWhy_AndLeavesTheHostOnANewSeed()
    {
        await using var hosts = await CreateAsync(new() { BlockInterval = TimeSpan.FromDays(1), StartDifficulty = 200, MinDifficulty = 10 });
        hosts.Start(Host, "--dataset-host", "--threads", "1", "--randomx-mode", "auto");
        hosts.Start(Small, "--ram", "300", "--randomx-mode", "auto");
        var (host, small) = (await NodeIdAsync(hosts, Host), await NodeIdAsync(hosts, Small));
        await hosts[Small].WaitForLineAsync("dataset ready: light mode", Patience);
        await hosts[Host].WaitForLineAsync("dataset ready: fast mode", Patience);

        // A machine too busy for a single answer in time is measured again by itself.
        var measured = await hosts[Small].WaitForLineAsync(
            $@"remote hashing: measured ([\d.]+) H/s here in light mode, (?!0\.0)([\d.]+) H/s at node {host}, ([\d.]+) H/s with both; using ([^,]+), because.*", Patience);
        output.WriteLine(measured.Value);
        AssertFollows(Number(measured, 1), Number(measured, 2), Number(measured, 3), measured.Groups[4].Value);

        // While it measured at the latest, the host has hashed for it, and what it found went its way to the pool.
        await Eventually.HoldsAsync(() => AcceptedOf(hosts, FoundRemotely(hosts, host)).Any(), "an accepted share that the host found", Patience);

        // The host needs a minute and more for its next dataset.
        hosts.Pool.StartBlock(Seed.FromBytes(Convert.FromHexString(new string('5', 64))));
        var (height, begun) = (hosts.Pool.GetStatistics().Height, Stopwatch.GetTimestamp());
        await Eventually.HoldsAsync(
            () => AcceptedOf(hosts, FoundBy(hosts, small))
                .Any(share => share.Height == height), "a share of the new seed from the node in light mode", Patience);
        output.WriteLine($"new seed to a share from the small node: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s; host: {(await hosts.LookAsync(Small))?.Nodes[hosts.NodeId(Host)].State}");

        // Whether it used the host or not: one without a dataset is not offered. On a busy machine the host may have been lost earlier, too.
        await Eventually.HoldsAsync(
            () => hosts[Small].CountLines($"remote hashing: left node {host}: .*light mode here") > 0, "a word that the host is left", Patience);
        await AssertCleanAsync(hosts);
    }

    [Fact]
    public async Task HostDies_SmallNodeGoesOnAloneInLightMode()
    {
        // The host is in light mode too: what happens when it dies is the same, and it has something to lend in no time.
        await using var hosts = await CreateAsync(new() { StartDifficulty = 15, MinDifficulty = 3, MaxDifficulty = 15 });
        hosts.Start(Host, "--dataset-host", "--threads", "1", "--mode", "master");
        hosts.Start(Small, "--ram", "300", "--randomx-mode", "auto");
        var (host, small) = (await NodeIdAsync(hosts, Host), await NodeIdAsync(hosts, Small));
        await hosts[Small].WaitForLineAsync($"remote hashing: node {host} found nonce", Patience);

        var begun = Stopwatch.GetTimestamp();
        await hosts.KillAsync(Host);

        await hosts[Small].WaitForLineAsync($"remote hashing: left node {host}: .*; light mode here", Patience);
        output.WriteLine($"kill -9 of the dataset host to light mode alone: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        await hosts[Small].FindLineAsync($"working for the session of node {small}", Patience);
        await hosts[Small].WaitForLineAsync(@" accepted \(", Patience);
        output.WriteLine($"to an accepted share: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        await AssertCleanAsync(hosts);
    }

    private static async Task<Hosts> CreateAsync(PracticePoolOptions pool)
    {
        if (VirtualNetwork.Missing is { } missing)
        {
            Assert.Skip(missing);
        }

        var hosts = await Hosts.CreateAsync(2, pool);

        // Each share in the log; and at the priority of everything else, so that a busy machine leaves the host something to lend.
        hosts.Environment["P2P_OUTPUT__LOGLEVEL"] = "debug";
        hosts.Environment["P2P_HASHING__NICENESS"] = "0";
        return hosts;
    }

    private static void AssertFollows(double own, double remote, double both, string choice)
    {
        // The figures are rounded to a tenth.
        const double Rounding = 0.2;
        var isRight = choice switch
        {
            "both" => both * 1.001 + Rounding > 1.02 * Math.Max(own, remote),
            "the host alone" => Math.Max(remote, both) + Rounding > 1.02 * own && both - Rounding <= 1.02 * remote,
            "this node's threads alone" => Math.Max(remote, both) - Rounding <= 1.02 * own,
            _ => false,
        };
        Assert.True(isRight, $"'{choice}' does not follow from {own}, {remote} and {both} H/s");
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    /// <summary>Nonces that the dataset host found for the small node.</summary>
    private static HashSet<uint> FoundRemotely(Hosts hosts, string host) => Nonces(hosts, $"remote hashing: node {host} found nonce (?<nonce>[0-9a-f]{{8}})");

    /// <summary>Nonces that the master took from a node.</summary>
    private static HashSet<uint> FoundBy(Hosts hosts, string node) => Nonces(hosts, $@"share (?<nonce>[0-9a-f]{{8}}) of job \d+ from node {node}: ""?Accepted");

    private static HashSet<uint> Nonces(Hosts hosts, string pattern) =>
        [.. hosts.Lines.Select(line => Regex.Match(line, pattern)).Where(match => match.Success)
            .Select(match => Convert.ToUInt32(match.Groups["nonce"].Value, 16))];

    private static IEnumerable<AcceptedShare> AcceptedOf(Hosts hosts, HashSet<uint> nonces)
        => hosts.Pool.GetLedger().Where(share => nonces.Contains(share.Nonce));

    /// <summary>The first digits of a node's id, which it makes at its start.</summary>
    private static async Task<string> NodeIdAsync(Hosts hosts, int host)
        => (await hosts[host].WaitForLineAsync(@"NODE +([0-9a-f]{8})", Patience)).Groups[1].Value;

    private static async Task AssertCleanAsync(Hosts hosts)
    {
        await hosts.StopAsync(Host);
        await hosts.StopAsync(Small);
        Assert.DoesNotContain(
            hosts.LinesOfFormer, line => Regex.IsMatch(line, "wrong hash|outside its lease|cannot mine|rejected.*(uplicate|nvalid|ow difficulty)"));
        Assert.All(hosts.Pool.GetStatistics().Refused.Keys, refusal => Assert.Equal(PracticeRefusal.Expired, refusal));
        Assert.Null(LedgerFiles.FindOverlap(hosts.Ledgers));
    }
}
