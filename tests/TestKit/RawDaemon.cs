using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2PMiner.TestKit;

/// <summary>Answers HTTP requests on loopback, each on a connection of its own, with bytes that no server would send.</summary>
internal sealed class RawDaemon : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawDaemon()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>Answers one request with each of them, in order.</summary>
    public async Task ServeAsync(IEnumerable<byte[]> answers)
    {
        foreach (var answer in answers)
        {
            using var socket = await _listener.AcceptSocketAsync();
            await using var stream = new NetworkStream(socket);
            try
            {
                await ReadRequestAsync(stream);
                await stream.WriteAsync(answer);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Who asked waits no longer, as on a busy machine whose fake time runs ahead.
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private static async Task ReadRequestAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var bodyBytes = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            bodyBytes = line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(line[15..], null) : bodyBytes;
        }

        await reader.ReadBlockAsync(new char[bodyBytes]);
    }
}
