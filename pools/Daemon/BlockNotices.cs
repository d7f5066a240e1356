using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// Listens to a daemon's --zmq-pub for new blocks. Notices may get lost, so they are hints, and what they say is not even read. The daemon is polled anyway:
/// a publisher that cannot be found or reached, or sends nonsense, costs one warning and is tried again after a pause that grows from 1 s
/// to 60 s.
/// </summary>
internal sealed class BlockNotices : IAsyncDisposable
{
    private const string Topic = "json-minimal-chain_main";

    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly PoolEntry _entry;
    private readonly PoolTransport _transport;
    private readonly Action _onBlock;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _listening;
    private TimeSpan _pause = FirstPause;
    private bool _warned;

    /// <summary>Begins to listen.</summary>
    /// <param name="entry">With Zmq as tcp://host:port, which was checked with the configuration; reached through the entry's proxy if it has one.</param>
    /// <param name="onBlock">Called on a thread of the pool; must not block or throw.</param>
    public BlockNotices(PoolEntry entry, PoolTransport transport, Action onBlock, TimeProvider clock, ILogger log)
    {
        (_entry, _transport, _onBlock, _clock, _log) = (entry, transport, onBlock, clock, log);
        _listening = Task.Run(ListenAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _listening;
        _ended.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync();
            }
            catch (Exception) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Whatever the failure was, mining goes on without notices.
                if (_warned)
                {
                    _log.StillNoNotices(_entry.Zmq!, failure.Message);
                }
                else
                {
                    _log.NoNotices(_entry.Zmq!, failure.Message);
                }

                _warned = true;
            }

            await Task.Delay(_pause, _clock, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }

    private async Task ListenOnceAsync()
    {
        var address = new Uri(_entry.Zmq!);
        var (stream, _) = await _transport.OpenAsync(address.IdnHost.Trim('[', ']'), address.Port, _entry, _ended.Token);
        await using var closing = stream;
        var subscriber = await _clock.WithinAsync(
            HandshakeLimit, "ZMTP handshake", token => ZmtpSubscriber.SubscribeAsync(stream, Topic, token), _ended.Token);
        while (true)
        {
            await subscriber.ReadMessageAsync(_ended.Token);

            // Only a notice shows that all is well: a connection that comes and goes must not be tried, or logged, every second.
            if (_warned)
            {
                _log.NoticesAgain(_entry.Zmq!);
            }

            (_warned, _pause) = (false, FirstPause);
            _onBlock();
        }
    }
}
