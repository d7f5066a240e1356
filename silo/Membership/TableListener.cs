using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using P2PMiner.Security;

namespace P2PMiner.Silo.Membership;

/// <summary>The table port: members of the cluster only, one request after another on each connection.</summary>
internal sealed class TableListener : IAsyncDisposable
{
    /// <summary>One for each node, and a few for nodes that come again before their last connection is known to be gone.</summary>
    private const int MaxConnections = 4096;

    /// <summary>Silos read the table every few seconds.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    /// <summary>For all members together: each holds the key, and so can make a certificate for any name.</summary>
    public const int LinesPerMinute = 8;

    private readonly MemberListener _members;
    private readonly TableServer _server;
    private readonly AnswerBeacon _beacons;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LogLimit _drops;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _connections;

    /// <summary>Listens from now on.</summary>
    /// <exception cref="SocketException">The port is in use, or the address is not one of this machine.</exception>
    public TableListener(IPEndPoint endPoint, MutualTls tls, TableServer server, AnswerBeacon beacons, TimeProvider clock, ILogger<TableListener> log)
    {
        (_server, _beacons, _clock, _log) = (server, beacons, clock, log);
        _drops = new(clock, LinesPerMinute, TimeSpan.FromMinutes(1));
        _members = tls.Listen(endPoint);
        _serving = ServeAsync();
    }

    public IPEndPoint EndPoint => _members.EndPoint;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _members.DisposeAsync();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (await _members.NextAsync(CancellationToken.None) is { } member)
        {
            if (Interlocked.Increment(ref _connections) > MaxConnections)
            {
                Interlocked.Decrement(ref _connections);
                await member.Stream.DisposeAsync();
                continue;
            }

            _ = ServeAsync(member);
        }

        while (Volatile.Read(ref _connections) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        }
    }

    private async Task ServeAsync(MemberListener.Member member)
    {
        try
        {
            await using var stream = member.Stream;
            await ServeAsync(stream, member.From);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone.
        }
        catch (Exception error)
        {
            Dropped("?", member.From, error);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task ServeAsync(SslStream stream, IPEndPoint from)
    {
        try
        {
            while (true)
            {
                using var pause = new CancellationTokenSource(LongestPause, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, _stop.Token);
                if (await TableFrames.ReadRequestAsync(stream, either.Token) is not { } request)
                {
                    return;
                }

                // Beacons do not wait for the table, which may be in the middle of a hand-over.
                var answer = request is TableRequest.Beacon beacon
                    ? new(TableOutcome.Done, 0, Beacons: _beacons(MutualTls.NodeOf(stream), from, beacon.Datagram, beacon.Since))
                    : await _server.HandleAsync(request, _stop.Token);
                await TableFrames.WriteAsync(stream, answer, either.Token);
            }
        }
        catch (Exception error) when (error is TableProtocolException or Microsoft.Data.Sqlite.SqliteException)
        {
            Dropped(MutualTls.NodeOf(stream).Short, from, error);
            if (error is TableProtocolException { IsOfOtherVersion: true })
            {
                // Of any answer the other side reads the version, and so tells its owner what is wrong.
                await TableFrames.WriteAsync(stream, new TableAnswer(TableOutcome.NotMaster, 0), _stop.Token);
            }
        }
    }

    private void Dropped(string node, IPEndPoint from, Exception error)
    {
        if (_drops.Allows(out var leftOut))
        {
            _log.Dropped(node, from.Address, error.Message, leftOut);
        }
    }
}
