using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Hosting;

/// <summary>Checks that the memory that hashing may use is enough for the algorithm.</summary>
internal sealed class RamValidator(IOptions<NodeOptions> node) : IValidateOptions<HashEngineOptions>
{
    public ValidateOptionsResult Validate(string? name, HashEngineOptions options)
        => options.RamMegabytes < HashEngineOptions.LeastForRandomX && node.Value.GetAlgorithm() != Algorithm.GhostRider
            ? ValidateOptionsResult.Fail($"RamMegabytes: {options.RamMegabytes} MB (--ram) is too little for RandomX, "
                + $"which needs {HashEngineOptions.LeastForRandomX} MB even in light mode")
            : ValidateOptionsResult.Success;
}
