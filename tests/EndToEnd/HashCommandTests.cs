using System.Text.Json;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>Known answers through the program as a user runs it.</summary>
public sealed class HashCommandTests
{
    public static TheoryData<string, string> KeysAndModes()
    {
        var data = new TheoryData<string, string>();
        foreach (var key in Vectors().Select(vector => vector.Key).Distinct())
        {
            data.Add("light", key);
            data.Add("fast", key);
        }

        return data;
    }

    [Theory, MemberData(nameof(KeysAndModes))]
    public async Task Hash_RandomXVectors_GivesTheKnownAnswers(string mode, string key)
    {
        var vectors = Vectors().Where(vector => vector.Key == key).ToArray();

        var (exitCode, lines) = await MinerProcess.RunAsync(
            ["hash", "--algo", "rx/0", "--seed", key, "--randomx-mode", mode], vectors.Select(vector => vector.Input), TimeSpan.FromMinutes(3));

        Assert.Equal(0, exitCode);
        Assert.Equal(vectors.Select(vector => vector.Hash), lines.Where(line => line.Length == 64));
    }

    [Fact]
    public async Task Hash_BadLine_PrintsTheHashesBeforeItAndNamesIt()
    {
        var vector = Vectors()[0];

        var (exitCode, lines) = await MinerProcess.RunAsync(
            ["hash", "--algo", "rx/0", "--seed", vector.Key], [vector.Input, "not hex"], TimeSpan.FromMinutes(1));

        Assert.Equal(2, exitCode);
        Assert.Contains(vector.Hash, lines);
        Assert.Contains(lines, line => line.Contains("line 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hash_KernelThatTheMachineLacks_IsNamed()
    {
        var (exitCode, lines) = await MinerProcess.RunAsync(
            ["hash", "--algo", "gr"], [new('0', 160)], TimeSpan.FromMinutes(1), new() { ["P2PH_FORCE_KERNEL"] = "abacus" });

        Assert.Equal(1, exitCode);
        Assert.Contains("P2PH_FORCE_KERNEL=abacus", Assert.Single(lines));
    }

    [Fact]
    public async Task Bench_20KOnTwoThreads_GivesThePublishedSum()
    {
        var (exitCode, lines) = await MinerProcess.RunAsync(
            ["--bench", "20K", "-a", "randomx", "-t", "2"], [], TimeSpan.FromMinutes(10));

        Assert.Equal(0, exitCode);
        Assert.Contains(lines, line => line.Contains("benchmark finished in", StringComparison.Ordinal)
            && line.EndsWith("hash sum = C82B490C757DA738", StringComparison.Ordinal));
    }

    /// <summary>The 72 vectors made for this project and the 5 published ones.</summary>
    private static Vector[] Vectors()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "randomx.json")));
        return [.. file.RootElement.GetProperty("new_v1").EnumerateArray()
            .Concat(file.RootElement.GetProperty("official").GetProperty("v1").EnumerateArray())
            .Select(vector => new Vector(
                vector.GetProperty("key").GetString()!, vector.GetProperty("input").GetString()!, vector.GetProperty("hash").GetString()!))];
    }

    private sealed record Vector(string Key, string Input, string Hash);
}
