using System.Diagnostics;

namespace P2PMiner.Benchmarks;

/// <summary>RandomX: our engine beside librandomx. A native program does that, because librandomx is no part of what is measured elsewhere.</summary>
internal static class RandomXBenchmark
{
    /// <summary>Where make bench leaves it, seen from the repository.</summary>
    private const string Program = "build/native/bench/p2ph_randomx_bench";

    /// <param name="arguments">Options of that program.</param>
    public static async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken stopping)
    {
        if (!File.Exists(Program))
        {
            Console.Error.WriteLine($"benchmarks randomx: {Program} is not there: start this by make bench BENCH=randomx");
            return 1;
        }

        using var process = Process.Start(new ProcessStartInfo(Path.GetFullPath(Program), arguments) { UseShellExecute = false })!;
        try
        {
            await process.WaitForExitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode;
    }
}
