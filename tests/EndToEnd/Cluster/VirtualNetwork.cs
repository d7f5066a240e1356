using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// Hosts on one Ethernet that exists in this test only: a network namespace for each, with a TAP device, and between the devices this process as the
/// switch. It can cut hosts off from each other, lose frames and delay them. No packet leaves it.
/// </summary>
internal sealed partial class VirtualNetwork : IHostNetwork
{
    private const int MaxFrame = 1600;
    private const int OpenReadWriteNonBlocking = 0x802;

    private readonly List<Port> _ports = [];
    private readonly Random _random = new(20260101);
    private volatile bool _ended;
    private volatile int[] _side = [];
    private volatile HashSet<(int Host, int Port)> _withoutUdp = [];

    private VirtualNetwork()
    {
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? Missing => NetworkNamespace.Missing ?? (File.Exists("/dev/net/tun") ? null : "needs /dev/net/tun");

    /// <summary>Share of frames that is lost, 0 to 1.</summary>
    public double Loss { get; set; }

    /// <summary>How long each frame takes.</summary>
    public TimeSpan Delay { get; set; }

    public static async Task<VirtualNetwork> CreateAsync(int hosts)
    {
        var network = new VirtualNetwork();
        try
        {
            for (var i = 0; i < hosts; i++)
            {
                network._ports.Add(await Port.OpenAsync(network, i));
            }

            network.Heal();
            network._ports.ForEach(port => port.Start());
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public string Namespace(int host) => _ports[host].Namespace.Name;

    public static string Address(int host) => $"10.77.0.{host + 1}";

    public string AddressOf(int host) => Address(host);

    /// <summary>From now on only hosts of the same number hear each other.</summary>
    public void Partition(params int[] sides) => _side = sides;

    public void Heal() => _side = new int[_ports.Count];

    /// <summary>From now on nothing that goes to that UDP port passes from or to the host, as behind a firewall.</summary>
    public void DropUdp(int host, int port) => _withoutUdp = [.. _withoutUdp, (host, port)];

    /// <summary>The host's UDP sockets, one a line as the kernel lists them.</summary>
    public async Task<string[]> UdpSocketsAsync(int host)
    {
        var lists = await _ports[host].Namespace.ExecuteAsync("cat", "/proc/net/udp", "/proc/net/udp6");
        return [.. lists.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("local_address", StringComparison.Ordinal))];
    }

    /// <summary>The names of a host's network devices, as ip link shows them.</summary>
    public Task<string> LinksAsync(int host) => _ports[host].Namespace.IpAsync("-o", "link", "show");

    public Task RunOnAsync(int host, Action action) => _ports[host].Namespace.RunOnAsync(action);

    public async ValueTask DisposeAsync()
    {
        _ended = true;
        foreach (var port in _ports)
        {
            await port.CloseAsync();
        }
    }

    private void Forward(Port from, byte[] frame)
    {
        var (sides, closed) = (_side, _withoutUdp);
        var port = closed.Count == 0 ? null : UdpPortOf(frame);
        foreach (var to in _ports)
        {
            var isClosed = port is { } udp && (closed.Contains((from.Number, udp)) || closed.Contains((to.Number, udp)));
            if (to != from && sides[to.Number] == sides[from.Number] && !isClosed && !IsLost())
            {
                to.Send(frame, Stopwatch.GetTimestamp() + (long)(Delay.TotalSeconds * Stopwatch.Frequency));
            }
        }
    }

    /// <summary>Where a UDP packet goes, over IPv4 or IPv6; null: the frame holds none.</summary>
    private static int? UdpPortOf(byte[] frame)
    {
        const int Ethernet = 14;
        const byte Udp = 17;
        if (frame.Length < Ethernet + 20)
        {
            return null;
        }

        var udp = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) switch
        {
            0x0800 when frame[Ethernet + 9] == Udp => Ethernet + 4 * (frame[Ethernet] & 15),
            0x86dd when frame[Ethernet + 6] == Udp => Ethernet + 40,
            _ => frame.Length,
        };
        return udp + 4 <= frame.Length ? BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(udp + 2)) : null;
    }

    private bool IsLost()
    {
        lock (_random)
        {
            return _random.NextDouble() < Loss;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int file);

    /// <summary>One host's end of the network.</summary>
    private sealed partial class Port
    {
        private const nuint SetInterface = 0x400454ca;
        private const short TapWithoutHeader = 0x1002;
        private const short CanRead = 1;
        private const int PollMilliseconds = 100;

        private readonly VirtualNetwork _network;
        private readonly int _file;
        private readonly Channel<(byte[] Frame, long Due)> _outgoing = Channel.CreateBounded<(byte[], long)>(
            new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });
        private Thread? _reader;
        private Task _writer = Task.CompletedTask;

        private Port(VirtualNetwork network, int number, int file, NetworkNamespace space)
            => (_network, Number, _file, Namespace) = (network, number, file, space);

        public int Number { get; }

        public NetworkNamespace Namespace { get; }

        public static async Task<Port> OpenAsync(VirtualNetwork network, int number)
        {
            var file = open("/dev/net/tun", OpenReadWriteNonBlocking);
            if (file < 0)
            {
                throw new InvalidOperationException($"/dev/net/tun: error {Marshal.GetLastPInvokeError()}");
            }

            var device = $"p2pt{Environment.ProcessId % 100_000}x{number}";
            NameDevice(file, device);
            var port = new Port(network, number, file, await NetworkNamespace.CreateAsync($"p2ptest-{Environment.ProcessId}-{number}"));

            // The file stays this process's own: the switch reads and writes it from outside of the namespace.
            await NetworkNamespace.RunIpAsync("link", "set", device, "netns", port.Namespace.Name, "name", "eth0");
            await port.Namespace.IpAsync("addr", "add", $"{Address(number)}/24", "brd", "10.77.0.255", "dev", "eth0");
            await port.Namespace.IpAsync("link", "set", "eth0", "up");
            return port;
        }

        public void Start()
        {
            _reader = new Thread(Read) { IsBackground = true, Name = $"switch port {Number}" };
            _reader.Start();
            _writer = WriteAsync();
        }

        public void Send(byte[] frame, long due) => _outgoing.Writer.TryWrite((frame, due));

        public async Task CloseAsync()
        {
            _outgoing.Writer.TryComplete();
            _reader?.Join();
            await _writer;
            close(_file);
            await Namespace.DisposeAsync();
        }

        private void Read()
        {
            var buffer = new byte[MaxFrame];
            while (!_network._ended)
            {
                var poll = new PollRequest { File = _file, Events = CanRead };
                if (Port.poll(ref poll, 1, PollMilliseconds) <= 0)
                {
                    continue;
                }

                while (read(_file, buffer, MaxFrame) is var length and > 0)
                {
                    _network.Forward(this, buffer[..(int)length]);
                }
            }
        }

        private async Task WriteAsync()
        {
            await foreach (var (frame, due) in _outgoing.Reader.ReadAllAsync())
            {
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (wait > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(wait);
                }

                _ = write(_file, frame, frame.Length);
            }
        }

        private static void NameDevice(int file, string name)
        {
            var request = new byte[40];
            Encoding.ASCII.GetBytes(name, request);
            BitConverter.TryWriteBytes(request.AsSpan(16), TapWithoutHeader);
            if (ioctl(file, SetInterface, request) != 0)
            {
                throw new InvalidOperationException($"TAP device {name}: error {Marshal.GetLastPInvokeError()}");
            }
        }

        private struct PollRequest
        {
            public int File;
            public short Events;
            public short Happened;
        }

        [LibraryImport("libc", SetLastError = true)]
        private static partial int ioctl(int file, nuint request, byte[] argument);

        [LibraryImport("libc")]
        private static partial int poll(ref PollRequest requests, nuint count, int milliseconds);

        [LibraryImport("libc")]
        private static partial nint read(int file, byte[] buffer, nint count);

        [LibraryImport("libc")]
        private static partial nint write(int file, byte[] buffer, nint count);
    }
}
