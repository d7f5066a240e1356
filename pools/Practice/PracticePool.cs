using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// A Stratum server for blocks that nobody else mines; it verifies every share in full: RandomX jobs in Monero's form for clients that log
/// in, of the version that the login names first (<see cref="PracticeMiners"/>), and GhostRider jobs in Raptoreum's form for clients that
/// speak Stratum v1 (<see cref="PracticeV1Miners"/>). Each miner has its own extra nonce, so that no two ever hash the same input, and its
/// own difficulty; a new difficulty comes as a job with the same blob and a new job id, and shares of the earlier id still count at the
/// earlier target. Options must have been validated.
/// </summary>
public sealed class PracticePool : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private readonly PracticePoolOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<PracticePool> _log;
    private readonly X509Certificate2? _certificate;

    /// <summary>Guards all that the pool knows about blocks and miners. Its holder may enter it again.</summary>
    private readonly Lock _gate = new();
    private readonly PracticeChain _chain;
    private readonly PracticeBooks _books;
    private readonly PracticeMiners _miners;
    private readonly PracticeV1Miners _v1;
    private readonly Dictionary<PracticeConnection, Task> _connections = [];
    private readonly CancellationTokenSource _stopping = new();   // has no timer: left to the collector
    private uint _nextExtraNonce = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private long _connectionsTotal;
    private long _connectionsRefused;
    private Socket? _listener;
    private Task _running = Task.CompletedTask;

    /// <param name="engine">Recomputes the shares; its dataset is used if it is made from the pool's seed.</param>
    /// <param name="certificate">With its private key: every connection is TLS. Null: no connection is. Not disposed here.</param>
    public PracticePool(PracticePoolOptions options, IHashEngine engine, TimeProvider clock, ILogger<PracticePool> log, X509Certificate2? certificate = null)
    {
        (_options, _clock, _log, _certificate) = (options, clock, log, certificate);
        _chain = new(options, clock);
        _books = new(options, _chain, clock, log);
        _miners = new(_gate, _chain, _books, NextExtraNonce, engine, options, clock, log);
        _v1 = new(_gate, _chain, _books, NextExtraNonce, engine, options, clock, log);

        uint NextExtraNonce() => _nextExtraNonce++;
    }

    /// <summary>Where it listens, with the real port; after <see cref="Start"/>.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)(_listener ?? throw new InvalidOperationException("the practice pool was not started")).LocalEndPoint!;

    /// <summary>Binds and serves until disposed.</summary>
    /// <exception cref="SocketException">The address or port is not available.</exception>
    public void Start()
    {
        var address = IPAddress.Parse(_options.Bind);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                listener.DualMode = true;
            }

            listener.Bind(new IPEndPoint(address, _options.Port));
            listener.Listen(128);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        _log.Listening(Endpoint, _certificate is null ? "" : " with TLS");

        // Made here, not in the loop, so that a fake clock's next step is seen for certain.
        var timer = new PeriodicTimer(TickInterval, _clock);
        _running = Task.WhenAll(AcceptAsync(listener), TickAsync(timer));
    }

    /// <summary>Begins a new block at once, with another seed when given.</summary>
    /// <param name="seed">Null: as before.</param>
    /// <param name="nextSeed">Told to miners as next_seed_hash; null: not told.</param>
    public void StartBlock(Seed? seed = null, Seed? nextSeed = null)
    {
        lock (_gate)
        {
            var block = _chain.Advance(seed, nextSeed);
            _log.NewBlock(block.Height, block.Seed.Hex);
            SendJobs(clean: true);
        }
    }

    /// <summary>Sends a job with a new blob for the same block.</summary>
    public void RefreshJob()
    {
        lock (_gate)
        {
            _chain.Refresh();
            SendJobs(clean: false);
        }
    }

    /// <summary>
    /// Gives another extranonce1, and a job with it, to every Stratum v1 miner that asked to be told. Jobs already sent keep theirs.
    /// </summary>
    public void RenewExtraNonces() => _v1.RenewExtraNonces();

    /// <summary>Closes every open connection, as a pool that restarts would; new connections are accepted.</summary>
    public void DropConnections()
    {
        lock (_gate)
        {
            foreach (var connection in _connections.Keys)
            {
                connection.End("the pool dropped all connections");
            }
        }
    }

    public PracticePoolStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new()
            {
                Connections = _connections.Count,
                LoggedIn = _connections.Keys.Count(connection => connection.IsLoggedIn),
                ConnectionsTotal = _connectionsTotal,
                ConnectionsRefused = _connectionsRefused,
                Height = _chain.Work.Block.Height,
                Accepted = _books.Accepted,
                Refused = _books.Refused,
                LongestLate = _books.LongestLate,
                HashesCredited = _books.HashesCredited,
            };
        }
    }

    /// <summary>The last accepted shares, oldest first, at most <see cref="PracticePoolOptions.LedgerSize"/>.</summary>
    public IReadOnlyList<AcceptedShare> GetLedger()
    {
        lock (_gate)
        {
            return _books.Ledger;
        }
    }

    /// <summary>
    /// Stops listening, closes all connections and waits for them. May be called again: .NET hosts dispose what they have stopped already.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener?.Dispose();
        await _running;
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections.Values];
        }

        DropConnections();
        await Task.WhenAll(connections);
    }

    /// <summary>Answers one request; the next one of the connection waits until this is done.</summary>
    internal async ValueTask HandleAsync(PracticeConnection from, PracticeRequest request, CancellationToken ended)
    {
        from.SpeaksV1 = request.IsV1;
        switch (request.Method)
        {
            case "login":
                _miners.Login(from, request);
                break;
            case "submit":
                await _miners.SubmitAsync(from, request, ended);
                break;
            case "keepalived":
                _miners.KeepAlive(from, request);
                break;
            case "mining.subscribe":
                _v1.Subscribe(from, request);
                break;
            case "mining.authorize":
                _v1.Authorize(from, request);
                break;
            case "mining.extranonce.subscribe":
                _v1.SubscribeExtraNonce(from, request);
                break;
            case "mining.submit":
                await _v1.SubmitAsync(from, request, ended);
                break;
            default:
                Refuse(from, request.Id, PracticeRefusal.UnknownMethod);
                break;
        }
    }

    /// <summary>A line that is no request at all; the connection ends itself.</summary>
    internal void RefuseLine(PracticeConnection from) => Refuse(from, "null", PracticeRefusal.Malformed);

    /// <summary>The connection is over.</summary>
    internal void Forget(PracticeConnection connection, string reason)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            _miners.Detach(connection);
            _v1.Forget(connection);
        }

        _log.Gone(connection.Remote, reason);
    }

    private void Refuse(PracticeConnection from, string requestId, PracticeRefusal refusal)
    {
        lock (_gate)
        {
            _books.Refuse(from, requestId, refusal);
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Admit(await listener.AcceptAsync(_stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException && _stopping.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                // No file descriptor, or a reset before we accepted it: others may still get through.
                _log.AcceptFailed(e);
                await Task.Delay(TickInterval, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Socket socket)
    {
        var remote = (IPEndPoint)socket.RemoteEndPoint!;
        lock (_gate)
        {
            _connectionsTotal++;
            var refusal = _books.IsBanned(remote.Address) ? "its address is banned"
                : _connections.Count >= _options.MaxConnections ? "too many connections"
                : _connections.Keys.Count(other => other.Remote.Address.Equals(remote.Address)) >= _options.MaxConnectionsPerIp
                    ? "too many connections of its address"
                : null;
            if (refusal is not null)
            {
                _connectionsRefused++;
                _log.ConnectionRefused(remote, refusal);
                socket.Dispose();
                return;
            }

            var connection = new PracticeConnection(socket, remote, this, _options, _certificate, _clock, _log);
            _connections.Add(connection, Task.CompletedTask);
            _connections[connection] = Task.Run(connection.RunAsync);
        }
    }

    private async Task TickAsync(PeriodicTimer timer)
    {
        using var _ = timer;
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                try
                {
                    Tick();
                }
                catch (Exception e)
                {
                    _log.TickFailed(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_chain.IsBlockDue)
            {
                StartBlock();
            }
            else if (_chain.IsRefreshDue)
            {
                RefreshJob();
            }

            foreach (var connection in _connections.Keys)
            {
                if (!connection.IsLoggedIn && _clock.GetElapsedTime(connection.Opened) >= _options.LoginTimeout)
                {
                    connection.End("it did not log in");
                }
                else if (_clock.GetElapsedTime(connection.LastLine) >= _options.IdleTimeout)
                {
                    connection.End("it was silent for too long");
                }
            }

            _miners.Tick();
            _v1.Tick();
        }
    }

    /// <summary>A new job for everybody. Under the lock.</summary>
    private void SendJobs(bool clean)
    {
        _v1.SendJobs(clean);
        _miners.SendJobs();
    }
}
