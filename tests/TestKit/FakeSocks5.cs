using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2PMiner.TestKit;

/// <summary>A SOCKS5 proxy on loopback for one connection. Whatever host it is asked for, it connects to the port given here.</summary>
internal sealed class FakeSocks5 : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FakeSocks5()
    {
        _listener.Start();
        Address = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
    }

    public string Address { get; }

    /// <summary>"user:pass" to demand; null: none.</summary>
    public string? Login { get; init; }

    public byte Reply { get; init; }

    /// <summary>First byte of its first answer.</summary>
    public byte Version { get; init; } = 5;

    /// <summary>Type of the bound address in its reply: 1, 3 or 4.</summary>
    public byte BoundType { get; init; } = 1;

    /// <summary>"type:host:port" as asked for.</summary>
    public string? Asked { get; private set; }

    /// <summary>Serves one client until either side closes.</summary>
    public async Task ServeAsync(int port)
    {
        using var socket = await _listener.AcceptSocketAsync();
        await using var client = new NetworkStream(socket);
        var greeting = await ReadAsync(client, 2);
        var methods = await ReadAsync(client, greeting[1]);
        var method = Login is null ? (byte)0 : (byte)2;
        await client.WriteAsync(new[] { Version, methods.Contains(method) ? method : (byte)0xff });
        if (Login is not null && methods.Contains(method))
        {
            var user = await ReadAsync(client, (await ReadAsync(client, 2))[1]);
            var pass = await ReadAsync(client, (await ReadAsync(client, 1))[0]);
            var right = Login == $"{Encoding.UTF8.GetString(user)}:{Encoding.UTF8.GetString(pass)}";
            await client.WriteAsync(new byte[] { 1, right ? (byte)0 : (byte)1 });
        }

        var request = await ReadAsync(client, 4);
        var host = request[3] switch
        {
            1 => new IPAddress(await ReadAsync(client, 4)).ToString(),
            4 => new IPAddress(await ReadAsync(client, 16)).ToString(),
            _ => Encoding.ASCII.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0])),
        };
        var wanted = await ReadAsync(client, 2);
        Asked = $"{request[3]}:{host}:{(wanted[0] << 8) | wanted[1]}";
        byte[] bound = BoundType switch { 1 => new byte[4], 4 => new byte[16], _ => [5, .. "proxy"u8] };
        await client.WriteAsync((byte[])[5, Reply, 0, BoundType, .. bound, 0, 0]);
        if (Reply != 0)
        {
            return;
        }

        using var pool = new TcpClient();
        await pool.ConnectAsync(IPAddress.Loopback, port);
        await Task.WhenAny(client.CopyToAsync(pool.GetStream()), pool.GetStream().CopyToAsync(client));
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
