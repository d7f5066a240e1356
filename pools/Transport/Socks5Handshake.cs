using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2PMiner.Pools.Transport;

/// <summary>SOCKS5 CONNECT (RFC 1928), with user and password where the proxy asks (RFC 1929). Names are resolved at the proxy.</summary>
internal static class Socks5Handshake
{
    private const byte Version = 5;
    private const byte NoAuthentication = 0;
    private const byte UserPassword = 2;

    /// <summary>Asks the proxy at the other end of <paramref name="stream"/> to connect; afterwards the stream leads to the host.</summary>
    public static async Task ConnectAsync(Stream stream, Socks5Proxy proxy, string host, int port, CancellationToken cancellation)
    {
        byte[] greeting = proxy.User is null ? [Version, 1, NoAuthentication] : [Version, 2, NoAuthentication, UserPassword];
        await stream.WriteAsync(greeting, cancellation);
        var choice = await ReadAsync(stream, 2, proxy, cancellation);
        if (choice[0] != Version)
        {
            throw new Socks5Exception($"{proxy} is not a SOCKS5 proxy: it answers with version {choice[0]}");
        }

        switch (choice[1])
        {
            case NoAuthentication:
                break;
            case UserPassword when proxy.User is not null:
                await AuthenticateAsync(stream, proxy, cancellation);
                break;
            default:
                throw new Socks5Exception(
                    $"proxy {proxy} accepts none of the login methods we offer{(proxy.User is null ? "; it may need user:pass@host:port" : "")}");
        }

        await stream.WriteAsync(Request(host, port), cancellation);
        var reply = await ReadAsync(stream, 4, proxy, cancellation);
        if (reply[0] != Version || reply[1] != 0)
        {
            throw new Socks5Exception($"proxy {proxy} cannot reach {host}:{port}: {Reason(reply[1])}");
        }

        // The address it bound tells us nothing, but its bytes must be taken out of the stream.
        var addressBytes = reply[3] switch
        {
            1 => 4,
            4 => 16,
            3 => (await ReadAsync(stream, 1, proxy, cancellation))[0],
            _ => throw new Socks5Exception($"proxy {proxy} answers with an address of unknown type {reply[3]}"),
        };
        await ReadAsync(stream, addressBytes + 2, proxy, cancellation);
    }

    private static async Task AuthenticateAsync(Stream stream, Socks5Proxy proxy, CancellationToken cancellation)
    {
        var user = Encoding.UTF8.GetBytes(proxy.User!);
        var password = Encoding.UTF8.GetBytes(proxy.Password ?? "");
        byte[] request = [1, (byte)user.Length, .. user, (byte)password.Length, .. password];
        await stream.WriteAsync(request, cancellation);
        if ((await ReadAsync(stream, 2, proxy, cancellation))[1] != 0)
        {
            throw new Socks5Exception($"proxy {proxy} refuses the user or password");
        }
    }

    private static byte[] Request(string host, int port)
    {
        byte[] address;
        if (IPAddress.TryParse(host, out var ip))
        {
            address = [(byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. ip.GetAddressBytes()];
        }
        else
        {
            var name = Encoding.ASCII.GetBytes(host);
            address = name.Length <= 255 ? [3, (byte)name.Length, .. name]
                : throw new Socks5Exception($"host name of {name.Length} bytes is too long for SOCKS5");
        }

        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)port);
        return [Version, 1, 0, .. address, .. bytes];
    }

    /// <summary>RFC 1928, section 6.</summary>
    private static string Reason(byte code) => code switch
    {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "time to live expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => $"reply {code}",
    };

    private static async Task<byte[]> ReadAsync(Stream stream, int count, Socks5Proxy proxy, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        try
        {
            await stream.ReadExactlyAsync(bytes, cancellation);
        }
        catch (EndOfStreamException)
        {
            throw new Socks5Exception($"proxy {proxy} closed the connection");
        }

        return bytes;
    }
}
