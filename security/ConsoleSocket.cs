using System.Buffers.Binary;
using System.Collections;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Security;

/// <summary>
/// A Unix socket by which users of this machine reach the gateway without the cluster key: root, the user of this process, and members of the socket's group.
/// Its file lets in nobody else (0660), and the kernel is asked who came. Without TLS, because nothing leaves the machine. Outlives the silo.
/// The first two bytes to each are the port of the gateway, high byte first: Orleans' clients must name it in what they send. The rest is Orleans'.
/// </summary>
internal sealed class ConsoleSocket : IDisposable
{
    /// <summary>Connections at once. A console has one, and a person few consoles.</summary>
    public const int MaxConnections = 64;

    /// <summary>What comes before Orleans.</summary>
    public const int GatewayBytes = sizeof(ushort);

    private const string Name = "console.sock";
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    // Linux: SOL_SOCKET, SO_PEERCRED (struct ucred: process, user, group) and SO_PEERGROUPS (an array of group ids).
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int PeerGroups = 59;
    private const int MaxGroups = 65_536;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _gateway = new byte[GatewayBytes];
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly LogLimit _refusals;
    private readonly Channel<ConnectionContext> _arrived = Channel.CreateBounded<ConnectionContext>(MaxConnections);
    private readonly CancellationTokenSource _stop = new();
    private readonly string? _path;
    private readonly Socket? _socket;
    private readonly uint _group;
    private int _connections;

    /// <summary>Listens from now on. Where that is not possible the log says why, and nobody comes this way.</summary>
    /// <param name="path">Null: no socket is wanted. A file that a node left behind there is replaced.</param>
    public ConsoleSocket(string? path, int gatewayPort, TimeProvider clock, ILogger<ConsoleSocket> log)
    {
        GatewayPort = gatewayPort;
        BinaryPrimitives.WriteUInt16BigEndian(_gateway, (ushort)gatewayPort);
        (_log, _clock, _refusals) = (log, clock, new(clock, lines: 4, TimeSpan.FromMinutes(1)));
        if (path is null)
        {
            return;
        }

        try
        {
            if (Answers(path))
            {
                log.ConsoleSocketTaken(path);
                return;
            }

            _socket = Listen(path);
            _group = Libc.Facts(path).Group;
            _path = path;
            log.ConsoleSocketOpen(path, Libc.GroupName(_group));
            _ = AcceptAsync(_socket);
        }
        catch (Exception error) when (
            error is SocketException or IOException or UnauthorizedAccessException or ArgumentException or System.ComponentModel.Win32Exception)
        {
            _socket?.Dispose();
            _socket = null;
            log.ConsoleSocketFailed(path, error.Message);
        }
    }

    /// <summary>The port of the gateway to which its connections belong.</summary>
    public int GatewayPort { get; }

    /// <summary>Where a node listens: in the folder that its service manager made for it. Null: it made none.</summary>
    public static string? PathOfService(IDictionary environment)
        => environment["RUNTIME_DIRECTORY"] is string { Length: > 0 } folders ? Path.Combine(folders.Split(':')[0], Name) : null;

    /// <summary>Where the console looks for a node.</summary>
    public static string UsualPath(IDictionary environment) => PathOfService(environment) ?? $"/run/{DataFolder.ServiceUser}/{Name}";

    /// <summary>The next connection; the caller disposes it. Waits for ever where there is no socket.</summary>
    public async Task<ConnectionContext?> NextAsync(CancellationToken cancellation) => await _arrived.Reader.ReadAsync(cancellation);

    /// <summary>Why a peer must not come in; null: it may.</summary>
    /// <param name="own">User of this process.</param>
    /// <param name="trusted">Group of the socket.</param>
    public static string? Refusal(uint user, uint group, IReadOnlyCollection<uint> groups, uint own, uint trusted)
        => user == 0 || user == own || group == trusted || groups.Contains(trusted) ? null : $"user {user} is not in group {Libc.GroupName(trusted)}";

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stop.Cancel();
        _socket?.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }

        while (_arrived.Reader.TryRead(out var left))
        {
            left.Abort();
        }
    }

    private static bool Answers(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Takes the name only when it is ready and has its mode, and by that the place of a file that a killed node has left.</summary>
    private static Socket Listen(string path)
    {
        var aside = $"{path}.{Environment.ProcessId}";
        File.Delete(aside);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(aside));
            File.SetUnixFileMode(aside, OwnerAndGroup);
            socket.Listen();
            File.Move(aside, path, overwrite: true);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket socket)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                LetIn(await socket.AcceptAsync(_stop.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException || _stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException)
            {
                // It left again, or there are no file descriptors; the ports tell that in the log.
                await Task.Delay(Pause, _clock, CancellationToken.None);
            }
        }
    }

    private void LetIn(Socket peer)
    {
        try
        {
            if (RefusalOf(peer) is { } refusal)
            {
                Tell(refusal);
                peer.Dispose();
                return;
            }

            if (Interlocked.Increment(ref _connections) > MaxConnections)
            {
                Interlocked.Decrement(ref _connections);
                Tell($"there are {MaxConnections} already");
                peer.Dispose();
                return;
            }
        }
        catch (SocketException error)
        {
            Tell($"the kernel does not say who it is: {error.Message}");
            peer.Dispose();
            return;
        }

        var endPoint = new UnixDomainSocketEndPoint(_path!);
        var connection = new MemberConnection(new NetworkStream(peer, ownsSocket: true), endPoint, endPoint, () => Interlocked.Decrement(ref _connections));
        try
        {
            peer.Send(_gateway);
        }
        catch (SocketException)
        {
            // It is gone already.
            connection.Abort();
            return;
        }

        if (!_arrived.Writer.TryWrite(connection))
        {
            connection.Abort();
        }
    }

    private void Tell(string refusal)
    {
        if (_refusals.Allows(out var leftOut))
        {
            _log.ConsoleRefused(_path!, refusal, leftOut);
        }
    }

    private string? RefusalOf(Socket peer)
    {
        Span<byte> credentials = stackalloc byte[12];
        if (peer.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) != credentials.Length)
        {
            return "nobody says who it is";
        }

        var (user, group) = (BitConverter.ToUInt32(credentials[4..]), BitConverter.ToUInt32(credentials[8..]));
        if (Refusal(user, group, [], Libc.ActingUser, _group) is null)
        {
            return null;
        }

        var groups = new byte[MaxGroups * sizeof(uint)];
        var length = peer.GetRawSocketOption(SocketLevel, PeerGroups, groups);
        return Refusal(user, group, MemoryMarshal.Cast<byte, uint>(groups.AsSpan(0, length)).ToArray(), Libc.ActingUser, _group);
    }
}
