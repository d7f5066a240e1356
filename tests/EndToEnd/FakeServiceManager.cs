using System.Net.Sockets;
using System.Text;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>Hears what a service tells its manager, as systemd does.</summary>
internal sealed class FakeServiceManager : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string? _file;
    private readonly List<string> _told = [];

    /// <param name="isAbstract">Its name is no file: Linux knows it until the socket is closed.</param>
    public FakeServiceManager(bool isAbstract)
    {
        var name = $"p2p-miner-{Guid.NewGuid():N}";
        _file = isAbstract ? null : Path.Combine(Path.GetTempPath(), name);
        Address = _file ?? $"@{name}";
        _socket.Bind(new UnixDomainSocketEndPoint(_file ?? $"\0{name}"));
        _ = HearAsync();
    }

    /// <summary>For NOTIFY_SOCKET.</summary>
    public string Address { get; }

    /// <summary>Every line of every message so far.</summary>
    public IReadOnlyList<string> Told
    {
        get { lock (_told) return [.. _told]; }
    }

    /// <summary>Waits until it was told these states and no others, in this order.</summary>
    public Task IsToldAsync(TimeSpan limit, params string[] lines) => Eventually.HoldsAsync(
        () => States(Told).SequenceEqual(lines), $"told {string.Join(", ", lines)}", limit, () => string.Join('\n', Told));

    public void Dispose()
    {
        _socket.Dispose();
        if (_file is not null)
        {
            File.Delete(_file);
        }
    }

    /// <summary>Without what is for people, and without prolonged limits.</summary>
    private static IEnumerable<string> States(IReadOnlyList<string> told)
        => told.Where(line => !line.StartsWith("STATUS=", StringComparison.Ordinal) && !line.StartsWith("EXTEND_TIMEOUT_USEC=", StringComparison.Ordinal));

    private async Task HearAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer);
                lock (_told)
                {
                    _told.AddRange(Encoding.UTF8.GetString(buffer, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries));
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }
}
