using Microsoft.Extensions.Options;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Hosting;

/// <summary>Checks that the ways of finding other nodes that --connect depends on are available. Failures start with the key.</summary>
internal sealed class ConnectValidator(IOptions<MembershipOptions> membership, IOptions<DiscoveryOptions> discovery) : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options) => Failure(options) is { } failure
        ? ValidateOptionsResult.Fail($"Node:Connect: {failure}") : ValidateOptionsResult.Success;

    private string? Failure(NodeOptions options)
    {
        if (options.Connect is not { Length: > 0 } connect)
        {
            return null;
        }

        if (!discovery.Value.Enabled)
        {
            return "has no effect while Discovery:Enabled is false; remove one of the two";
        }

        if (options.Mode != NodeMode.Worker)
        {
            return null;
        }

        if (membership.Value.Provider == MembershipProvider.PostgreSql)
        {
            return "a worker calls table ports, and there are none when Membership:Provider is postgresql; "
                + "name the nodes in Discovery:Seeds instead (UDP)";
        }

        return connect.Split(',').FirstOrDefault(text => HostPort.TryParse(text, options.Port, out var host) && DefaultPorts.Table(host.Port) < 1) is { } low
            ? $"'{low}' has no table port: it would be two below, which is not a port" : null;
    }
}
