using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2PMiner.TestKit;

/// <summary>A daemon's --zmq-pub on loopback, made of what monerod 0.18 with libzmq 4.3.4 was recorded to send.</summary>
internal sealed class FakePublisher : IDisposable
{
    /// <summary>The topic, and the body of a SUBSCRIBE command for it.</summary>
    public const string Topic = "json-minimal-chain_main";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FakePublisher()
    {
        _listener.Start();
        Address = $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
    }

    public static byte[] Greeting { get; } = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1, .. "NULL"u8, .. new byte[48]];

    public static byte[] Ready { get; } = [4, 26, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 4, .. "XPUB"u8];

    public static byte[] Notice { get; } = Message(
        """
        json-minimal-chain_main:{"first_height":1,"first_prev_id":"418015bb9ae982a1975da7d79277c2705727a56894ba0fb246adaabb1f4632e3","ids":["4d753ada9aba8cdcc224fbaecc9be39991db86da1bff9a629c955a752920fa04"]}
        """);

    public string Address { get; }

    /// <summary>What the last subscriber sent after its greeting: READY, then the subscription.</summary>
    public byte[] Heard { get; private set; } = [];

    /// <summary>A frame of at most 255 bytes that is a whole message.</summary>
    public static byte[] Message(string text) => [0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    public static byte[] Command(string name, params byte[] arguments) =>
        [4, (byte)(1 + name.Length + arguments.Length), (byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. arguments];

    /// <summary>Takes one subscriber, up to and with its subscription.</summary>
    public async Task<NetworkStream> AcceptAsync()
    {
        var stream = new NetworkStream(await _listener.AcceptSocketAsync(), ownsSocket: true);
        await stream.ReadExactlyAsync(new byte[64]);
        await stream.WriteAsync(Greeting);
        var ready = await ReadFrameAsync(stream);
        await stream.WriteAsync(Ready);
        Heard = [.. ready, .. await ReadFrameAsync(stream)];
        return stream;
    }

    /// <summary>Takes one subscriber and says <paramref name="bytes"/>, whatever it says.</summary>
    public async Task<NetworkStream> AcceptAsync(byte[] bytes)
    {
        var stream = new NetworkStream(await _listener.AcceptSocketAsync(), ownsSocket: true);
        await stream.WriteAsync(bytes);
        return stream;
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<byte[]> ReadFrameAsync(Stream stream)
    {
        var head = new byte[2];
        await stream.ReadExactlyAsync(head);
        var body = new byte[head[1]];
        await stream.ReadExactlyAsync(body);
        return [.. head, .. body];
    }
}
