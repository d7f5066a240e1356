using System.Net;
using Microsoft.Extensions.Options;
using P2PMiner.Hashing;

namespace P2PMiner.Silo.Node;

/// <summary>Rules that a range cannot express. Failures start with the key.</summary>
internal sealed class NodeOptionsValidator : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        var failures = new List<string>();
        if (!AlgorithmNames.TryParseTyped(options.Algorithm, out _))
        {
            failures.Add($"Node:Algorithm: '{options.Algorithm}' {AlgorithmNames.Problem}");
        }

        if (options.Connect is { } hosts && hosts.Split(',').FirstOrDefault(host => !HostPort.HasBoth(host)) is { } wrong)
        {
            failures.Add($"Node:Connect: '{wrong}' is not HOST:PORT with a port of 1 to 65535");
        }

        if (options is { Mode: NodeMode.Master, Connect: not null })
        {
            failures.Add("Node:Connect: a node in mode master does not join others; remove it or set Node:Mode to auto or worker");
        }

        if (!IPAddress.TryParse(options.Bind, out _))
        {
            failures.Add($"Node:Bind: '{options.Bind}' is not an IP address");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
