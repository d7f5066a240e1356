using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// Carries beacons to one table port and brings back the answers, one request at a time; a beacon that cannot be sent at once is replaced
/// by the next one. Reopens the connection until it is stopped.
/// </summary>
internal sealed class BeaconLink(
    BeaconLinkTarget target, NodeId self, MutualTls tls, BeaconReceived received, TimeProvider clock, ILogger<TableBeaconTransport> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);

    /// <summary>TCP sends again what a bad network lost; a connection that is silent for this long is dead.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Channel<(byte[] Datagram, bool AsksForOthers)> _next =
        Channel.CreateBounded<(byte[], bool)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly CancellationTokenSource _stop = new();
    private NodeBox? _node = target.Node is { } node ? new(node) : null;
    private long _answeredAt = long.MinValue / 2;
    private TimeSpan? _loggedAt;
    private bool _isMissed = true;

    /// <summary>The node at the other end, also while the connection is gone; null: never reached. Any thread.</summary>
    public NodeId? Node => Volatile.Read(ref _node)?.Id;

    /// <summary>When the last answer came, by the monotonic clock; long ago: none ever. Any thread.</summary>
    public TimeSpan AnsweredAt => new(Interlocked.Read(ref _answeredAt));

    /// <summary>The next beacon to send. Does not block.</summary>
    public void Post(byte[] datagram, bool asksForOthers) => _next.Writer.TryWrite((datagram, asksForOthers));

    public void Stop() => _ = _stop.CancelAsync();

    /// <summary>Runs until cancelled or stopped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        var end = either.Token;
        var pause = FirstPause;
        while (!end.IsCancellationRequested)
        {
            var answers = 0L;
            try
            {
                var (stream, endPoint) = await OpenAsync(end);
                await using (stream)
                {
                    await ExchangeAsync(stream, endPoint, () => answers++, end);
                }
            }
            catch (Exception error) when (TableFailure.IsNoAnswer(error))
            {
                if (!end.IsCancellationRequested)
                {
                    Missed(Reason(error));
                }
            }
            catch (Exception error)
            {
                log.RoundFailed(error);
            }

            pause = answers > 0 ? FirstPause : pause;
            await Task.Delay(pause, clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ExchangeAsync(SslStream stream, IPEndPoint endPoint, Action answered, CancellationToken end)
    {
        var peer = MutualTls.NodeOf(stream);
        TableProtocolException.Unless(peer != self, "it is this node itself");
        Volatile.Write(ref _node, new(peer));
        var known = 0L;
        while (true)
        {
            var (datagram, asksForOthers) = await _next.Reader.ReadAsync(end);
            using var limit = new CancellationTokenSource(AnswerLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, end);
            await TableFrames.WriteAsync(stream, new TableRequest.Beacon(datagram, asksForOthers ? known : null), either.Token);
            var answer = await TableFrames.ReadAnswerAsync(stream, either.Token);
            TableProtocolException.Unless(answer.Beacons is not null, "an answer lacks its beacons");
            TableProtocolException.Unless(answer.Beacons.Beacons.Count > 0, "it sends no beacons itself");
            Interlocked.Exchange(ref _answeredAt, clock.GetElapsedTime(0).Ticks);
            foreach (var beacon in answer.Beacons.Beacons)
            {
                received(beacon.Datagram, new(endPoint, peer, TimeSpan.FromMilliseconds(beacon.AgeMs)));
            }

            known = asksForOthers ? answer.Beacons.Number : known;
            answered();
            Reached(peer);
        }
    }

    private async Task<(SslStream Stream, IPEndPoint EndPoint)> OpenAsync(CancellationToken end)
    {
        var addresses = target.Addresses;
        if (addresses.Count == 0)
        {
            using var limit = new CancellationTokenSource(ConnectLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, end);
            addresses = await Dns.GetHostAddressesAsync(target.Host, either.Token);
        }

        Exception failure = new IOException("it has no address");
        foreach (var address in addresses)
        {
            try
            {
                var endPoint = new IPEndPoint(address, target.TablePort);
                return (await OpenAsync(endPoint, end), endPoint);
            }
            catch (Exception error) when (TableFailure.IsNoAnswer(error) && !end.IsCancellationRequested)
            {
                failure = error;
            }
        }

        throw failure;
    }

    private async Task<SslStream> OpenAsync(IPEndPoint endPoint, CancellationToken end)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, end);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, either.Token);
            return await tls.ConnectAsync(new NetworkStream(socket, ownsSocket: true), endPoint, target.Node, end);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(Exception error) => error switch
    {
        AuthenticationException { Message: "certificate of another cluster" } => "it has another cluster key",
        EndOfStreamException => "it closed the connection",
        OperationCanceledException => "no answer in time",
        _ => error.Message,
    };

    private void Reached(NodeId peer)
    {
        if (_isMissed && target.Named is { } named)
        {
            log.Reached($"{named.Host}:{named.Port}", peer.Short);
        }

        _isMissed = false;
    }

    /// <summary>One line a minute, whatever the reasons; the silence of nodes that were heard is logged elsewhere.</summary>
    private void Missed(string reason)
    {
        if (target.Named is not { } named)
        {
            log.PeerNotReached(target.Host, target.TablePort, reason);
        }
        else if (_loggedAt is not { } at || clock.GetElapsedTime(0) - at >= LogInterval)
        {
            (_loggedAt, _isMissed) = (clock.GetElapsedTime(0), true);
            log.NotReached($"{named.Host}:{named.Port}", target.TablePort, reason);
        }
    }

    /// <summary>An id that is read and written in one step.</summary>
    private sealed record NodeBox(NodeId Id);
}
