using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// A Stratum server of blocks nobody else mines that verifies every share in full: RandomX jobs in Monero's form for who logs in, of the version that its login names first, GhostRider jobs in Raptoreum's
/// form for who speaks Stratum v1. Each miner has its own extra nonce, so that no two ever hash the same input, and its own difficulty; a new difficulty comes
/// as a job with the same blob and a new job id, and shares of the earlier id still count at the earlier target. Options must have been validated.
/// </summary>
/// <param name="engine">Recomputes the shares; its dataset is used where it is of the pool's seed.</param>
/// <param name="certificate">With its private key: every connection is TLS. Null: none is. Not disposed here.</param>
public sealed partial class PracticePool(
    PracticePoolOptions options, IHashEngine engine, TimeProvider clock, ILogger<PracticePool> log, X509Certificate2? certificate = null)
    : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Dictionary<PracticeConnection, Task> _connections = [];
    private readonly List<PracticeMiner> _miners = [];
    private readonly BanList _bans = new(options.BanScore, options.BanTime, clock);
    private readonly Queue<AcceptedShare> _ledger = new();
    private readonly Dictionary<PracticeRefusal, long> _refused = [];
    private readonly CancellationTokenSource _stopping = new();   // has no timer: left to the collector
    private PracticeWork _work = new(NewBlock(3_000_000, SeedOf(options), null), 0, UnixSeconds(clock));
    private long _blockBegun = clock.GetTimestamp();
    private long _jobBegun = clock.GetTimestamp();
    private uint _nextExtraNonce = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private long _connectionsTotal;
    private long _connectionsRefused;
    private long _accepted;
    private double _hashesCredited;
    private TimeSpan _longestLate;
    private Socket? _listener;
    private Task _running = Task.CompletedTask;

    /// <summary>Where it listens, with the real port; after <see cref="Start"/>.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)(_listener ?? throw new InvalidOperationException("the practice pool was not started")).LocalEndPoint!;

    /// <summary>Binds and serves until disposed.</summary>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public void Start()
    {
        var address = IPAddress.Parse(options.Bind);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                listener.DualMode = true;
            }

            listener.Bind(new IPEndPoint(address, options.Port));
            listener.Listen(128);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        log.Listening(Endpoint, certificate is not null);

        // Made here, not in the loop, so that a fake clock's next step is seen for certain.
        var timer = new PeriodicTimer(TickInterval, clock);
        _running = Task.WhenAll(AcceptAsync(listener), TickAsync(timer));
    }

    /// <summary>Begins a new block at once, with another seed when given.</summary>
    /// <param name="seed">Null: as before.</param>
    /// <param name="nextSeed">Told to miners as next_seed_hash; null: not told.</param>
    public void StartBlock(Seed? seed = null, Seed? nextSeed = null)
    {
        lock (_gate)
        {
            var block = NewBlock(_work.Block.Height + 1, seed ?? _work.Block.Seed, nextSeed);
            _work = new(block, 0, UnixSeconds(clock));
            _blockBegun = _jobBegun = clock.GetTimestamp();
            log.NewBlock(block.Height, block.Seed.Hex);
            SendJobs(clean: true);
        }
    }

    /// <summary>Sends a job with a new blob for the same block.</summary>
    public void RefreshJob()
    {
        lock (_gate)
        {
            _work = new(_work.Block, _work.Refresh + 1, UnixSeconds(clock));
            _jobBegun = clock.GetTimestamp();
            SendJobs(clean: false);
        }
    }

    /// <summary>Closes every open connection, as a pool that restarts would; new ones are welcome.</summary>
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
                Height = _work.Block.Height,
                Accepted = _accepted,
                Refused = new Dictionary<PracticeRefusal, long>(_refused),
                LongestLate = _longestLate,
                HashesCredited = _hashesCredited,
            };
        }
    }

    /// <summary>The last accepted shares, oldest first, at most <see cref="PracticePoolOptions.LedgerSize"/>.</summary>
    public IReadOnlyList<AcceptedShare> GetLedger()
    {
        lock (_gate)
        {
            return [.. _ledger];
        }
    }

    /// <summary>Stops listening, closes all connections and waits for them. May be called again: hosts dispose what they already stopped.</summary>
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

    private static PracticeBlock NewBlock(ulong height, Seed seed, Seed? nextSeed) => new() { Height = height, Seed = seed, NextSeed = nextSeed };

    private static Seed SeedOf(PracticePoolOptions options) => Seed.FromBytes(Convert.FromHexString(options.Seed));

    private static ulong UnixSeconds(TimeProvider clock) => (ulong)clock.GetUtcNow().ToUnixTimeSeconds();

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
                // Out of descriptors, or reset before we came to it: others may still get through.
                log.AcceptFailed(e);
                await Task.Delay(TickInterval, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Socket socket)
    {
        var remote = (IPEndPoint)socket.RemoteEndPoint!;
        lock (_gate)
        {
            _connectionsTotal++;
            var refusal = _bans.IsBanned(remote.Address) ? "its address is banned"
                : _connections.Count >= options.MaxConnections ? "too many connections"
                : _connections.Keys.Count(other => other.Remote.Address.Equals(remote.Address)) >= options.MaxConnectionsPerIp
                    ? "too many connections of its address"
                : null;
            if (refusal is not null)
            {
                _connectionsRefused++;
                log.ConnectionRefused(remote, refusal);
                socket.Dispose();
                return;
            }

            var connection = new PracticeConnection(socket, remote, this, options, certificate, clock, log);
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
                    log.TickFailed(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Tick()
    {
        if (clock.GetElapsedTime(_blockBegun) >= options.BlockInterval)
        {
            StartBlock();
        }
        else if (options.RefreshInterval > TimeSpan.Zero && clock.GetElapsedTime(_jobBegun) >= options.RefreshInterval)
        {
            RefreshJob();
        }

        lock (_gate)
        {
            _miners.RemoveAll(miner => miner.Connection is null && clock.GetElapsedTime(miner.LeftAt) > options.ResumeTime);
            foreach (var connection in _connections.Keys)
            {
                if (!connection.IsLoggedIn && clock.GetElapsedTime(connection.Opened) >= options.LoginTimeout)
                {
                    connection.End("it did not log in");
                }
                else if (clock.GetElapsedTime(connection.LastLine) >= options.IdleTimeout)
                {
                    connection.End("it was silent for too long");
                }
                else if (connection.Miner is { } miner)
                {
                    Retarget(connection, miner);
                }
                else if (connection.V1 is { IsAuthorized: true } rider)
                {
                    V1Retarget(connection, rider);
                }
            }
        }
    }
}
