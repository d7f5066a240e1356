using System.Net;
using System.Net.Sockets;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Tries the node's ports before anything starts: a second node on the same machine is a common mistake, and deserves a clear message.
/// </summary>
internal static class PortCheck
{
    /// <exception cref="IOException">A port is in use, or needs rights that this process does not have.</exception>
    /// <exception cref="ConfigurationException">The address is not one of this machine.</exception>
    public static void RequireFree(NodeOptions node, MembershipOptions membership, WebOptions web)
    {
        Require("Node:HttpPort", "--http-port", "Web:Bind", web.GetBindAddress(), node.HttpPort);
        Require("Node:Port", "--port", "Node:Bind", node.GetBindAddress(), node.Port);
        Require("Node:GatewayPort", node.GatewayPort is null ? "--port or --gateway-port"
            : "--gateway-port", "Node:Bind", node.GetBindAddress(), node.GetGatewayPort());
        if (membership.Provider == MembershipProvider.Sqlite)
        {
            Require(
                "Membership:Port", membership.Port is null ? "--port or P2P_MEMBERSHIP__PORT" : "P2P_MEMBERSHIP__PORT", "Node:Bind", node.GetBindAddress(),
                membership.GetPort(node.Port));
        }
    }

    private static void Require(string key, string option, string addressKey, IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new ConfigurationException($"{addressKey}: {address} is not an address of this machine");
        }
        catch (SocketException error)
        {
            var reason = error.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use" : $"cannot be used ({error.Message})";
            throw new IOException($"{key}: {new IPEndPoint(address, port)} {reason}; choose another with {option}");
        }
    }
}
