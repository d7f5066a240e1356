using System.Net;

namespace P2PMiner.Silo.Membership;

/// <summary>A silo's address on the wire: IP address as IPAddress writes it, port 1 to 65535, generation.</summary>
internal sealed record WireSilo(string Address, int Port, int Generation)
{
    public static WireSilo Of(SiloAddress silo) => new(silo.Endpoint.Address.ToString(), silo.Endpoint.Port, silo.Generation);

    public SiloAddress ToSiloAddress() => SiloAddress.New(IPAddress.Parse(Address), Port, Generation);

    /// <exception cref="TableProtocolException">Not an address; the message says what is wrong.</exception>
    public void Validate()
    {
        // In no other spelling: two spellings would be two silos here and one for Orleans, and after the % of IPv6 any text would pass.
        TableProtocolException.Unless(
            Address.Length <= 45 && IPAddress.TryParse(Address, out var address) && address.ToString() == Address, "a silo's address is no IP address");
        TableProtocolException.Unless(Port is > 0 and <= IPEndPoint.MaxPort, "a silo's port is out of range");
    }
}
