using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>What this machine's scratchpads will be, before anything is allocated.</summary>
public static class GhostRiderPlan
{
    /// <summary>Room for scratchpads, kernel and lanes in one line.</summary>
    /// <exception cref="HashEngineException">Too little memory for even one lane.</exception>
    public static string Describe(HashEngineOptions options, LaneFile kept, ILogger log)
    {
        var threads = options.Threads ?? ThreadCount.Auto(Algorithm.GhostRider, Environment.ProcessorCount, CpuCaches.Read().L3Bytes);
        return new GhostRiderSetup(options, TimeProvider.System, kept, log).DescribePlan(threads);
    }
}
