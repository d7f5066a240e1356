using Microsoft.Extensions.Options;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Hosting;

/// <summary>All ports of a node are valid and differ. Failures start with the key.</summary>
internal sealed class NodePortsValidator(IOptions<MembershipOptions> membership) : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        var table = membership.Value;
        (string Key, int Number, string Origin)[] ports =
        [
            ("Node:Port", options.Port, ""),
            ("Node:HttpPort", options.HttpPort, ""),
            ("Node:GatewayPort", options.GetGatewayPort(), options.GatewayPort is null ? $" (from Node:Port {options.Port})" : ""),
            ("Membership:Port", table.GetPort(options.Port), table.Port is null ? $" (from Node:Port {options.Port})" : ""),
        ];
        List<string> failures =
        [
            .. from port in ports
               where port.Origin.Length > 0 && port.Number < 1 && (port.Key != "Membership:Port" || table.Provider == MembershipProvider.Sqlite)
               select $"{port.Key}: {port.Number}{port.Origin} is not a port; set it, or a higher Node:Port",
            .. from port in ports
               where port.Number > 0
               group port by port.Number into same
               where same.Count() > 1
               select $"{same.Last().Key}: {same.Key}{same.Last().Origin} is also {same.First().Key}{same.First().Origin}; each needs its own port",
        ];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
