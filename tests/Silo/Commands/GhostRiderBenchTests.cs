using System.Globalization;
using P2PMiner.Silo.Commands;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Commands;

public sealed class GhostRiderBenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sets_OfThreeVariants_AreAllThereAreAndCertain()
    {
        Assert.Equal(20, GhostRiderHeaders.Sets.Count);
        Assert.Equal(1.0, GhostRiderHeaders.Sets.Sum(entry => entry.Probability), 12);

        // Three of the four heavier ones, in six orders: 3/16 * 3/13 * 3/10 each.
        Assert.Equal(6 * 27.0 / (16 * 13 * 10), GhostRiderHeaders.Sets.First(entry => entry.Set == (0, 1, 2)).Probability, 12);
    }

    [Fact]
    public void Headers_All_HaveEachSetAsOftenAsChanceWould()
    {
        NativeLibrary.Require();

        Assert.Equal(GhostRiderHeaders.Count, GhostRiderHeaders.All.Select(header => Convert.ToHexString(header.AsSpan())).Distinct().Count());
        var found = GhostRiderHeaders.All.GroupBy(header => GhostRiderHeaders.SetOf(header.AsSpan(4, 32)))
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(GhostRiderHeaders.Sets.Select(entry => entry.Set).Zip(GhostRiderHeaders.Places).Where(pair => pair.Second > 0).ToDictionary(), found);
        Assert.All(GhostRiderHeaders.Sets.Zip(GhostRiderHeaders.Places), pair => Assert.InRange(pair.Second - (40 * pair.First.Probability), -1, 1));
        Assert.StartsWith("00000000" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("p2p-miner gr 0"u8)),
            Convert.ToHexStringLower(GhostRiderHeaders.All[0].AsSpan()));
    }

    /// <summary>Eight hundred hashes of all weights: some 10 s of two cores.</summary>
    [Fact]
    [Trait("Lane", "Full")]
    public async Task Bench_Quick_StatesEverythingAndGivesTheRecordedSum()
    {
        NativeLibrary.Require();

        var outcome = await InProcess.RunAsync(["--bench", "gr-quick", "--no-tune", "-t", "2", "--data", _folder.Path]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var lines = outcome.Out.TrimEnd().Split('\n');
        Assert.EndsWith("hash sum = 39CB6894188C86B9", lines[^1]);
        Assert.Equal("the sum is the recorded one", lines[^2]);
        Assert.Matches(@"^all +\d+\.\d{3} ms a hash on each thread +\d+\.\d h/s$", lines[^3]);
        string[] variants = ["dark", "dark-lite", "fast", "lite", "turtle", "turtle-lite"];
        Assert.Equal(variants, lines[^9..^3].Select(line => line.Split(' ')[0]));
        Assert.Matches(", 2 threads, kernel .+, memory with scratchpads [0-9]+ MB, huge pages [0-9]+/[0-9]+$", lines[^10]);
        Assert.Contains(lines, line
            => line.StartsWith("READY threads 2/2 ", StringComparison.Ordinal) && line.Contains(" lanes dark ", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("39CB6894188C86B9", "39CB6894188C86B9", 0)]
    [InlineData("39CB6894188C86B9", "39CB6894188C86B8", 1)]
    [InlineData("0000000000000001", "0000000000000001", 1)]
    public void Report_SumOfEachRound_IsCompared(string first, string second, int exitCode)
    {
        var (output, error) = (new StringWriter(), new StringWriter());

        Assert.Equal(exitCode, GhostRiderBenchCommand.Report(
            OptionValues.GhostRiderQuickBenchNonces, [Number(first), Number(second)], 4, 2, new Screen(output, false), error));

        Assert.StartsWith("all                      5.000 ms a hash on each thread     400.0 h/s\n", output.ToString());
        Assert.EndsWith($"benchmark finished in 4.000 seconds (400.0 h/s) hash sum = {(exitCode == 0 ? first : second)}\n", output.ToString());
        Assert.Equal(exitCode != 0, error.ToString().Contains("hashes wrongly", StringComparison.Ordinal));
        static ulong Number(string hex) => ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
