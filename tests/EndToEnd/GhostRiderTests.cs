using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Pools.Practice;
using P2PMiner.Jobs;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>The program mining GhostRider on a practice pool of this test, which speaks Stratum v1 and recomputes every share.</summary>
public sealed partial class GhostRiderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Between two changes of the extra nonce. Each comes with new jobs of the same block and other difficulties.</summary>
    private const int Blocks = 4;

    private const long Shares = 4;

    [Fact]
    public async Task Mine_SwitchesOfEveryKind_EveryShareAcceptedButThoseThatCrossedASwitch()
    {
        await using var engine = VerifyingEngine.Create();
        await using var pool = new PracticePool(
            new()
            {
                BlockInterval = TimeSpan.FromSeconds(2),
                RefreshInterval = TimeSpan.FromSeconds(0.8),
                DifficultyChangeInterval = TimeSpan.FromSeconds(2.8),
                ShareInterval = TimeSpan.FromSeconds(1),
                StartDifficulty = 100,
                MinDifficulty = 20,
                ExtraNonce1Bytes = 8,
                EarlyNotify = true,
            },
            engine, TimeProvider.System, NullLogger<PracticePool>.Instance);
        pool.Start();
        var ledger = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllTextAsync(ledger + ".json", $$"""{ "Ledger": { "File": "{{ledger}}" } }""");
            await using var miner = MinerProcess.StartNode(
                "-o", $"stratum+tcp://{pool.Endpoint}", "-u", "test", "-a", "ghostrider", "--no-tune", "--config", ledger + ".json");
            var web = (await miner.FindLineAsync(@"WEB +(http://\S+)", Patience)).Groups[1].Value;
            await miner.WaitForLineAsync(@"new job from 127\.0\.0\.1:\d+ diff \d+ algo gr", Patience);
            await miner.WaitForLineAsync(@"accepted \(1/", Patience);
            var height = pool.GetStatistics().Height;
            for (var third = 0; third < 3; third++)
            {
                var before = pool.GetStatistics();
                await Eventually.HoldsAsync(
                    () => pool.GetStatistics() is var now && now.Height >= before.Height + Blocks && now.Accepted >= before.Accepted + Shares,
                    $"{Blocks} blocks and {Shares} shares with the same extra nonce", Patience, () => string.Join('\n', miner.Lines));
                pool.RenewExtraNonces();
            }

            var outcomes = await OutcomesAsync(web);
            miner.Interrupt();
            Assert.Equal(0, await miner.WaitForExitAsync(Patience));
            var statistics = pool.GetStatistics();
            var late = statistics.Refused.GetValueOrDefault(PracticeRefusal.Expired);
            TestContext.Current.TestOutputHelper?.WriteLine($"{statistics.Accepted} accepted, {late} late by up to {statistics.LongestLate.TotalMilliseconds:F0} ms, {statistics.Height - height} blocks, "
                + $"{miner.CountLines("new job from")} jobs, {statistics.HashesCredited:F0} hashes credited; the miner: {string.Join(", ", outcomes)}");

            // A share may be under way when its block ends; what the miner knew to be of an earlier block was not sent.
            Assert.Empty(statistics.Refused.Keys.Except([PracticeRefusal.Expired]));
            Assert.True(late <= (long)(statistics.Height - height), $"{late} shares came late in {statistics.Height - height} blocks");
            Assert.Empty(outcomes.Keys.Except(["accepted", "rejected", "stale"]));
            Assert.Equal(0, miner.CountLines("wrong hash|outside its lease|is ignored|[Ee]xception"));
            // The last answers may have crossed the end.
            Assert.InRange(statistics.Accepted + late - miner.CountLines("accepted|rejected"), 0, 2);
            Assert.True(statistics.Accepted >= 3 * Shares, $"only {statistics.Accepted} shares");
            var shares = pool.GetLedger();
            Assert.Equal(shares.Count, shares.DistinctBy(share => (share.Blob, share.Nonce)).Count());
            Assert.Null(LedgerFiles.FindOverlap(ledger));
        }
        finally
        {
            File.Delete(ledger);
            File.Delete(ledger + ".json");
        }
    }

    /// <summary>What became of the shares that the threads found, as the miner's page has it; those it never sent are among them.</summary>
    private static async Task<Dictionary<string, long>> OutcomesAsync(string web)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var page = await client.GetStringAsync(new Uri(web));
        return CardPattern().Matches(page).Where(card => Enum.TryParse<ShareOutcome>(card.Groups[1].Value.Replace(" ", ""), ignoreCase: true, out _))
            .ToDictionary(card => card.Groups[1].Value, card => long.Parse(card.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@">([a-z ]+)</span><b>(\d+)</b>")]
    private static partial Regex CardPattern();

    [Fact]
    public async Task Practice_GhostRider_MinesAtOnceAndEndsCleanly()
    {
        await using var miner = MinerProcess.StartNode("--practice", "-a", "ghostrider", "--no-tune");
        await miner.WaitForLineAsync(@"accepted \(1/0\)", Patience);
        miner.Interrupt();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        Assert.Equal(0, miner.CountLines("[Ee]xception|fail:|crit:"));
    }
}
