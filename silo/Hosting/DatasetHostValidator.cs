using Microsoft.Extensions.Options;
using P2PMiner.Native;

namespace P2PMiner.Silo.Hosting;

/// <summary>Whether a host that lends its dataset may have one. Failures start with the key.</summary>
internal sealed class DatasetHostValidator(IOptions<HashEngineOptions> hashing) : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        var mode = hashing.Value.RandomXMode;
        return options.DatasetHost && mode is (RandomXMode.Partial or RandomXMode.Light)
            ? ValidateOptionsResult.Fail(
                $"Node:DatasetHost: such a host holds the whole dataset, which Hashing:RandomXMode {mode.ToString().ToLowerInvariant()} rules out; remove one of the two")
            : ValidateOptionsResult.Success;
    }
}
