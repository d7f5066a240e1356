using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>How fast this machine runs each CryptoNight variant, all threads at work.</summary>
public static class GhostRiderRates
{
    private const int Rounds = 15;

    /// <summary>Busy for some seconds on threads of its own, with scratchpads of their own.</summary>
    /// <param name="lanes">For each variant, as <see cref="EngineStatus.VariantLanes"/> has them.</param>
    /// <returns>For each variant the median of the CPU time that a hash takes a thread.</returns>
    /// <exception cref="HashEngineException">No memory.</exception>
    public static IReadOnlyList<(string Variant, int Lanes, TimeSpan PerHash)> Measure(IReadOnlyList<int> lanes, int threads, HashEngineOptions options)
    {
        var depths = new LaneDepths(lanes);
        var cpus = UsableCpus.Split(options, UsableCpus.Read()).There;
        HashDatasetHandle.TryCreate(Algorithm.GhostRider, Seed.None, items: 0, options.HugePages, out var dataset).ThrowIfFailed("prepare gr");
        using (dataset)
        {
            dataset.Finish();
            using var meter = new LaneMeter(dataset, depths, threads, options.HugePages, thread => ThreadSettings.Apply(
                $"measure-{thread}", options.Niceness, cpus.Count == 0 ? null : cpus[thread % cpus.Count], NumaMachine.TurnOf(thread, options),
                NullLogger.Instance));
            var times = new LaneTimes();
            for (var round = 0; round < Rounds; round++)
            {
                for (var variant = 0; variant < LaneDepths.Variants; variant++)
                {
                    times.Add(variant, depths[variant], meter.Measure(variant, depths[variant]));
                }
            }

            return [.. LaneDepths.Names.Select(
                (name, variant) => (name, depths[variant], TimeSpan.FromMicroseconds(times.Of(variant, depths[variant])!.Value / 1000)))];
        }
    }
}
