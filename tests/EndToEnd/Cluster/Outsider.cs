using System.Net;
using System.Net.Sockets;
using System.Text;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// Somebody on the same network without the key, who does what that allows: floods the port of the beacons, leaves TLS handshakes half open, and asks the web
/// for anything. Bounded in rate, count and time.
/// </summary>
internal sealed class Outsider(BridgedHosts network, int host, IReadOnlyList<int> nodes, int master)
{
    public const int DatagramsPerSecond = 30_000;
    public const int Handshakes = 2000;

    private const int BeaconPort = 10000;
    private const int WebPort = 8080;
    private const int RequestsPerRound = 20;
    private const int MostAnswerBytes = 64 * 1024;
    private static readonly int[] MemberPorts = [9997, 9998, 9999];
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private readonly Random _random = new(20260102);
    private readonly Half[] _half = [.. Enumerable.Range(0, Handshakes).Select(_ => new Half())];
    private long _opened;
    private long _requests;
    private UdpFlood[] _floods = [];

    public long Datagrams => _floods.Sum(flood => flood.Sent);

    /// <summary>Connections opened for half a handshake; those that a node ended are replaced.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>Most of them that were open at once.</summary>
    public int MostHeld { get; private set; }

    public long Requests => Interlocked.Read(ref _requests);

    public Task AttackAsync(CancellationToken end) => Task.WhenAll(FloodAsync(end), HoldAsync(end), ScanAsync(end));

    /// <summary>What one page of a host's web answers to who has the token, from this host.</summary>
    public async Task<string> AskWithTokenAsync(int node, string token)
        => await ExchangeAsync(
            await ConnectAsync(node, WebPort), Encoding.ASCII.GetBytes(
                $"GET / HTTP/1.1\r\nHost: miner\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"), TimeSpan.FromMinutes(1));

    /// <summary>
    /// Rubbish, a beacon that was listened to, and the same with a wrong HMAC: to all under the master's address, and to the master under
    /// the others'.
    /// </summary>
    private async Task FloodAsync(CancellationToken end)
    {
        byte[] beacon = [];
        await network.RunOnAsync(host, () => beacon = Listen());
        var forged = beacon.ToArray();
        forged[^1] ^= 1;
        byte[][] payloads = [[0], new byte[beacon.Length], forged, beacon];
        IPEndPoint At(int node) => new(IPAddress.Parse(network.AddressOf(node)), BeaconPort);
        _floods =
        [
            new(new(IPAddress.Parse(BridgedHosts.Broadcast), BeaconPort), [At(master), At(host)], payloads, DatagramsPerSecond / 2),
            new(At(master), [.. nodes.Where(node => node != master).Select(At)], payloads, DatagramsPerSecond / 2),
        ];
        await Task.WhenAll(_floods.Select(flood => network.RunOnAsync(host, () => flood.Run(end))));

        static byte[] Listen()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
            socket.Bind(new IPEndPoint(IPAddress.Any, BeaconPort));
            var buffer = new byte[1500];
            return buffer[..socket.Receive(buffer)];
        }
    }

    /// <summary>Holds so many connections to the ports between members on which a handshake was begun, and begins another for each that a node ends.</summary>
    private async Task HoldAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await network.RunOnAsync(host, () =>
            {
                var held = 0;
                for (var i = 0; i < _half.Length; i++)
                {
                    held += _half[i].IsHeld ? 1 : 0;
                    if (_half[i].Step())
                    {
                        _half[i].Open(new(IPAddress.Parse(network.AddressOf(nodes[i % nodes.Count])), MemberPorts[i % MemberPorts.Length]));
                        Interlocked.Increment(ref _opened);
                    }
                }

                MostHeld = Math.Max(MostHeld, held);
            });
            await DelayAsync(TimeSpan.FromSeconds(1), end);
        }

        Array.ForEach(_half, half => half.Dispose());
    }

    private async Task ScanAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, RequestsPerRound).Select(i => RequestAsync(nodes[i % nodes.Count])).Append(DelayAsync(Round, end)));
        }
    }

    private async Task RequestAsync(int node)
    {
        byte[] request;
        lock (_random)
        {
            request = WebRequests.Any(_random);
        }

        try
        {
            await ExchangeAsync(await ConnectAsync(node, WebPort), request, AnswerWithin);
        }
        catch (SocketException)
        {
            // Refused, or ended in the midst: a node may do that.
        }

        Interlocked.Increment(ref _requests);
    }

    private async Task<Socket> ConnectAsync(int node, int port)
    {
        var socket = default(Socket);
        await network.RunOnAsync(host, () => socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket!.ConnectAsync(IPAddress.Parse(network.AddressOf(node)), port);
        return socket;
    }

    /// <summary>Sends, and reads until the other end has no more to say or the time is up.</summary>
    private static async Task<string> ExchangeAsync(Socket connection, byte[] request, TimeSpan limit)
    {
        using var socket = connection;
        using var deadline = new CancellationTokenSource(limit);
        var (answer, length) = (new byte[MostAnswerBytes], 0);
        try
        {
            await socket.SendAsync(request, deadline.Token);
            while (length < answer.Length && await socket.ReceiveAsync(answer.AsMemory(length), deadline.Token) is var read and > 0)
            {
                length += read;
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever asks half a question gets no answer.
        }

        return Encoding.Latin1.GetString(answer, 0, length);
    }

    private static async Task DelayAsync(TimeSpan time, CancellationToken end)
        => await Task.Delay(time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>One connection on which a handshake is begun and never ended.</summary>
    private sealed class Half : IDisposable
    {
        private static readonly byte[] BeginningOfHello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8];
        private Socket? _socket;
        private bool _begun;

        public bool IsHeld => _begun;

        /// <summary>Begins the handshake once connected.</summary>
        /// <returns>The connection is to be opened, for the first time or because it was ended.</returns>
        public bool Step()
        {
            try
            {
                if (_socket is not null && !_begun && _socket.Poll(0, SelectMode.SelectWrite))
                {
                    _socket.Send(BeginningOfHello);
                    _begun = true;
                }

                // Readable without a byte: ended.
                if (_socket is not null && !(_begun && _socket.Poll(0, SelectMode.SelectRead)))
                {
                    return false;
                }
            }
            catch (SocketException)
            {
                // Refused.
            }

            Dispose();
            return true;
        }

        public void Open(IPEndPoint target)
        {
            _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            try
            {
                _socket.Connect(target);
            }
            catch (SocketException)
            {
                // Under way, or the next step sees that it is not.
            }
        }

        public void Dispose()
        {
            _socket?.Dispose();
            (_socket, _begun) = (null, false);
        }
    }
}
