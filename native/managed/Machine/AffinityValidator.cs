using Microsoft.Extensions.Options;

namespace P2PMiner.Native;

/// <summary>Refuses CPUs for the hashing threads of which this machine has none; of those that it has in part, it is told later.</summary>
internal sealed class AffinityValidator : IValidateOptions<HashEngineOptions>
{
    public ValidateOptionsResult Validate(string? name, HashEngineOptions options) => Validate(options, UsableCpus.Read());

    /// <param name="usable">See <see cref="UsableCpus.Read"/>.</param>
    public static ValidateOptionsResult Validate(HashEngineOptions options, IReadOnlyList<int> usable)
        => CpuList.TryParse(options.CpuAffinity, out var wanted, out _) && wanted.Count > 0 && usable.Count > 0 && !wanted.Intersect(usable).Any()
            ? ValidateOptionsResult.Fail(
                $"{nameof(options.CpuAffinity)}: '{options.CpuAffinity}' (--cpu-affinity) names no CPU that is there: p2p-miner may use {UsableCpus.Describe(usable)}")
            : ValidateOptionsResult.Success;
}
