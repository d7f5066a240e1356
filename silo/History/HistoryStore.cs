using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using P2PMiner.Grains.History;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.History;

/// <summary>
/// The history of this node: takes what is told to it at once, and writes it a moment later in one transaction. A file that cannot be used never keeps the node
/// from mining: what is to be written waits, up to a limit, and a damaged file is set aside and begun anew. Any thread.
/// </summary>
internal sealed class HistoryStore(DataStore data, ThisNode node, HistoryOptions options, TimeProvider clock, ILogger<HistoryStore> log)
    : BackgroundService, IHistory, IEventLog, INodeHistory
{
    /// <summary>What comes within this time of the first is written with it.</summary>
    public static readonly TimeSpan GatherFor = TimeSpan.FromSeconds(1);

    /// <summary>What may wait while the file cannot be written: more than a day of one node.</summary>
    public const int MostPending = 5000;

    /// <summary>An event that is heard of so late is not told any more, only kept.</summary>
    private static readonly TimeSpan News = TimeSpan.FromMinutes(10);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Around <see cref="_pending"/> and the names; held for no longer than a list operation.</summary>
    private readonly Lock _gate = new();

    /// <summary>Around the file.</summary>
    private readonly Lock _use = new();

    private readonly Dictionary<NodeId, string> _names = new() { [node.Id] = Environment.MachineName };
    private List<object> _pending = [];
    private long _lastNumber;
    private HistoryFile? _file;
    private long _trimmed;
    private bool _isTold;
    private bool _isOver;

    public event Action<HistoryEvent>? Happened;

    private string FilePath => data.PathOf(HistoryFile.FileName);

    /// <summary>A sample of this node, or of the cluster if it is master.</summary>
    public void Add(HistorySample sample) => Take(sample);

    public void Add(string kind, string text, NodeId? about = null)
    {
        if (!options.Enabled)
        {
            return;
        }

        HistoryEvent one;
        lock (_gate)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            one = new() { Source = node.Id, Number = _lastNumber = Math.Max(_lastNumber + 1, now), UnixMs = now, Kind = kind, Node = about, Text = text };
        }

        Take(one);
        Happened?.Invoke(one);
    }

    public Task<IReadOnlyList<HistorySample>> ReadAsync(NodeId? series, DateTimeOffset from, DateTimeOffset to, HistoryStep step)
        => ReadAsync(file => file.Read(series, from, to, step), []);

    public Task<IReadOnlyDictionary<NodeId, NodeTrend>> ReadTrendsAsync(DateTimeOffset from, DateTimeOffset to, int parts)
        => ReadAsync(file => file.ReadTrends(from, to, parts), new Dictionary<NodeId, NodeTrend>());

    public Task<IReadOnlyList<KnownNode>> GetNodesAsync() => ReadAsync(file => file.ReadNodes(), []);

    public Task<IReadOnlyList<HistoryEvent>> ReadEventsAsync(DateTimeOffset from, DateTimeOffset to, NodeId? about = null, int most = 1000)
        => ReadAsync(file => file.ReadEvents(from, to, about, most), []);

    public Task<HistoryPage> ReadAsync(HistoryAsk ask) => ReadAsync(file => file.ReadPage(ask, node.Id), HistoryPage.None);

    /// <summary>What to ask another node next; null: the file cannot be used, so that nothing should be asked.</summary>
    public Task<HistoryAsk?> NextAskAsync(NodeId server, bool ownOnly) => ReadAsync<HistoryAsk?>(file => file.AskOf(server, ownOnly), null);

    /// <summary>Writes what another node has sent, and up to where that is.</summary>
    /// <param name="asked">What it was asked.</param>
    /// <returns>False: it could not be written, so ask for it again later.</returns>
    public async Task<bool> HearAsync(NodeId server, HistoryAsk asked, HistoryPage page)
    {
        var batch = new HistoryBatch
        {
            // Of itself a node knows best; what it tells of others counts only where all is asked for.
            Samples = asked.OwnOnly ? [.. page.Samples.Where(sample => sample.Node == server)] : page.Samples,
            Events = asked.OwnOnly ? [.. page.Events.Where(one => one.Source == server)] : [.. page.Events.Where(one => one.Source != node.Id)],
            Nodes = asked.OwnOnly ? [.. page.Nodes.Where(known => known.Node == server)] : page.Nodes,
            Heard = (server, asked with { Store = page.Store, After = page.Next }),
        };
        var news = await Task.Run(() => Use(file => file.Write(batch, clock.GetUtcNow()), null));
        if (news is null)
        {
            return false;
        }

        TellWritten();

        // A new node hears of a month at once, which is no news.
        var since = clock.GetUtcNow() - News;
        foreach (var one in news.Where(one => one.Time > since))
        {
            Happened?.Invoke(one);
        }

        return true;
    }

    /// <summary>Writes all that waits.</summary>
    public void Flush()
    {
        // The file first: what waits is numbered by what it holds.
        Use(_ => true, false);
        List<object> pending;
        HistoryBatch batch;
        lock (_gate)
        {
            (pending, _pending) = (_pending, []);
            batch = new()
            {
                Samples = [.. pending.OfType<HistorySample>()],
                Events = [.. pending.OfType<HistoryEvent>()],
                Nodes = [.. _names.Select(name => new KnownNode { Node = name.Key, HostName = name.Value, LastSeen = 0 })],
            };
        }

        var now = clock.GetUtcNow();
        var isWritten = Use(file =>
        {
            file.Write(batch, now);
            var bucket = HistoryStep.TenMinutes.BucketOf(now.ToUnixTimeSeconds());
            if (bucket != _trimmed)
            {
                file.Trim(now);
                _trimmed = bucket;
            }

            return true;
        }, false);
        if (isWritten)
        {
            TellWritten();
        }
        else
        {
            lock (_gate)
            {
                // The oldest go first.
                pending.AddRange(_pending);
                _pending = pending.Count > MostPending ? pending[^MostPending..] : pending;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (options.Enabled)
        {
            Flush();
        }

        lock (_use)
        {
            _isOver = true;
            _file?.Dispose();
            _file = null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first use reads all of the file: not on the thread that starts the program's other parts.
        await Task.Yield();
        if (!options.Enabled)
        {
            return;
        }

        Use(_ => true, false);
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(GatherFor, clock, stoppingToken);
                while (_wake.Reader.TryRead(out _))
                {
                }

                Flush();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private void Take(object row)
    {
        if (!options.Enabled)
        {
            return;
        }

        lock (_gate)
        {
            _pending.Add(row);
        }

        _wake.Writer.TryWrite(true);
    }

    private Task<T> ReadAsync<T>(Func<HistoryFile, T> read, T otherwise) => options.Enabled ? Task.Run(() => Use(read, otherwise)) : Task.FromResult(otherwise);

    /// <param name="otherwise">The result if the file cannot be used.</param>
    private T Use<T>(Func<HistoryFile, T> use, T otherwise)
    {
        lock (_use)
        {
            try
            {
                try
                {
                    return use(Opened());
                }
                catch (SqliteException error) when (HistoryFile.IsDamage(error))
                {
                    SetAside(error.Message);
                    return use(Opened());
                }
            }
            catch (Exception error) when (error is SqliteException or DataFileException or ObjectDisposedException)
            {
                // The next use opens it anew, perhaps on a disk that is well again.
                Close();
                if (!_isTold && !_isOver)
                {
                    log.HistoryNotWritten(FilePath, error.Message);
                    _isTold = true;
                }

                return otherwise;
            }
        }
    }

    /// <summary>Only after a write: a full disk can still be read.</summary>
    private void TellWritten()
    {
        lock (_use)
        {
            if (_isTold)
            {
                log.HistoryWrittenAgain(FilePath);
                _isTold = false;
            }
        }
    }

    private HistoryFile Opened()
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        if (_file is null)
        {
            _file = HistoryFile.Open(data, options.Days);
            Renumber(_file.LastNumber(node.Id));
        }

        return _file;
    }

    /// <summary>Events told before the file could be read may have numbers that it has already, if the clock was set back.</summary>
    private void Renumber(long last)
    {
        lock (_gate)
        {
            _lastNumber = Math.Max(_lastNumber, last);
            for (var i = 0; i < _pending.Count; i++)
            {
                if (_pending[i] is HistoryEvent one && one.Number <= last)
                {
                    _pending[i] = one with { Number = ++_lastNumber };
                }
            }
        }
    }

    private void SetAside(string reason)
    {
        Close();
        var now = clock.GetUtcNow();
        var kept = data.SetAside(HistoryFile.FileName, DataStore.Damaged, now);
        foreach (var companion in HistoryFile.Companions)
        {
            data.SetAside(companion, DataStore.Damaged, now);
        }

        log.HistorySetAside(FilePath, reason, kept);
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (SqliteException)
        {
            // A damaged file cannot always be closed in order.
        }

        _file = null;
    }
}
