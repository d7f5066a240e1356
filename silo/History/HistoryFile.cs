using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Security;

namespace P2PMiner.Silo.History;

/// <summary>
/// The history of a node in a SQLite file. Samples of a minute are kept for a day; then those of ten minutes are merged into one row, which is kept for as long
/// as the owner wants. A row is known by its series and time, an event by its source and number: whatever comes twice is kept once, so that nodes can give each
/// other all they have. One caller at a time.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    public const string FileName = "history.db";

    public const int MostEvents = 10_000;

    /// <summary>Any member can tell of nodes that do not exist; with this many the file is full.</summary>
    public const int MostNodes = 512;

    /// <summary>How far in the future the time of another node's row may be. Beacons refuse clocks that differ by two minutes.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(10);

    /// <summary>What SQLite puts beside the file.</summary>
    public static readonly string[] Companions = [FileName + "-wal", FileName + "-shm"];

    private const int Version = 1;
    private const int SqliteError = 1;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;
    private const long ClusterSeries = 0;
    private const double Deci = 10;

    private const string Columns = "Time, Arrival, Observed, Rate, Hashes, Accepted, Stale, Duplicate, LowDifficulty, Invalid, OutsideLease, Rejected, Lost, "
        + "Quarantined, Difficulty, LatencyMs, Pool, Nodes, Credited, State, Threads, HugePages, HugePagesWanted, Mode, DeciCelsius, DeciWatts";

    private const string EventSql = "SELECT Source, Number, Time, Kind, Node, Text, Arrival FROM Event";

    private readonly SqliteConnection _connection;
    private readonly int _days;
    private readonly Dictionary<NodeId, long> _series = [];
    private readonly Dictionary<long, KnownNode> _nodes = [];
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private SqliteTransaction? _transaction;
    private long _arrival;

    private HistoryFile(SqliteConnection connection, int days) => (_connection, _days) = (connection, days);

    /// <summary>Names this file; see <see cref="HistoryPage.Store"/>.</summary>
    public long Store { get; private set; }

    /// <summary>Opens it, or makes it where there is none.</summary>
    /// <exception cref="SqliteException">It cannot be used; see <see cref="IsDamage"/>.</exception>
    /// <exception cref="DataFileException">The folder or the file is not this user's alone.</exception>
    public static HistoryFile Open(DataStore data, int days)
    {
        var path = data.Prepare(FileName, Companions);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            var file = new HistoryFile(connection, days);
            file.Begin();
            return file;
        }
        catch (SqliteException error) when (error.SqliteErrorCode == SqliteError)
        {
            // Tables or columns are missing.
            connection.Dispose();
            throw new SqliteException(error.Message, SqliteCorrupt);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The content is wrong. Not what the disk or its rights are to blame for: there the next file would fare no better.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase;

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>The greatest number of an event of that node; 0: there is none.</summary>
    public long LastNumber(NodeId source) => Number("SELECT MAX(Number) FROM Event WHERE Source = $source", ("$source", Blob(source))) ?? 0;

    /// <summary>All or nothing.</summary>
    /// <returns>The events of it that are new here.</returns>
    public IReadOnlyList<HistoryEvent> Write(HistoryBatch batch, DateTimeOffset now)
    {
        return InOne(() =>
        {
            foreach (var node in batch.Nodes)
            {
                if (SeriesOf(node.Node, make: false) is { } series && node.HostName.Length > 0 && _nodes[series].HostName != node.HostName)
                {
                    Name(series, node.HostName);
                }
            }

            foreach (var sample in batch.Samples.Where(sample => IsTimely(sample, now)))
            {
                if (SeriesOf(sample.Node, make: true, batch.Nodes) is { } series)
                {
                    Put(series, sample);
                }
            }

            var news = batch.Events.Where(one => IsTimely(one, now) && Put(one)).ToArray();
            if (batch.Heard is { } heard)
            {
                Run("INSERT OR REPLACE INTO Heard (Server, OwnOnly, Store, Next) VALUES ($server, $own, $store, $next)",
                    ("$server", Blob(heard.Server)), ("$own", heard.Next.OwnOnly ? 1 : 0), ("$store", heard.Next.Store), ("$next", heard.Next.After));
            }

            return news;
        });
    }

    /// <summary>Merges what is older than a day, and removes what is older than the owner wants to keep.</summary>
    public void Trim(DateTimeOffset now)
    {
        InOne(() =>
        {
            var horizon = MinutesFrom(now);
            var oldest = now.AddDays(-_days);

            // Series by series, because that is how the rows lie: otherwise all of the file would be read each time.
            foreach (var series in _nodes.Keys.Append(ClusterSeries))
            {
                var old = Rows("Minute", series, NodeOf(series), 0, horizon);
                foreach (var bucket in old.GroupBy(sample => HistoryStep.TenMinutes.BucketOf(sample.UnixSeconds)))
                {
                    Put(series, HistorySample.Merge([.. bucket]));
                }

                Run("DELETE FROM Minute WHERE Series = $series AND Time < $horizon", ("$series", series), ("$horizon", horizon));
                Run("DELETE FROM TenMinutes WHERE Series = $series AND Time < $oldest", ("$series", series), ("$oldest", oldest.ToUnixTimeSeconds()));
            }

            Run("DELETE FROM Event WHERE Time < $oldest", ("$oldest", oldest.ToUnixTimeMilliseconds()));
            Run("DELETE FROM Event WHERE (Source, Number) IN (SELECT Source, Number FROM Event ORDER BY Time DESC, Number DESC LIMIT -1 OFFSET $most)",
                ("$most", MostEvents));
            foreach (var (series, node) in _nodes.Where(pair => !HasSamples(pair.Key)).ToArray())
            {
                Run("DELETE FROM Series WHERE Id = $series", ("$series", series));
                _nodes.Remove(series);
                _series.Remove(node.Node);
            }

            return true;
        });
    }

    /// <summary>See <see cref="IHistory.ReadAsync"/>.</summary>
    public IReadOnlyList<HistorySample> Read(NodeId? node, DateTimeOffset from, DateTimeOffset to, HistoryStep step)
    {
        if (SeriesOf(node, make: false) is not { } series)
        {
            return [];
        }

        var (first, end) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
        if (step == HistoryStep.Minute)
        {
            return Rows("Minute", series, node, first, end);
        }

        // The last day is there in minutes only. A bucket that is there in both ways was merged before a minute of it came late.
        var merged = new SortedDictionary<long, HistorySample>();
        foreach (var bucket in Rows("Minute", series, node, step.BucketOf(first + step.Seconds() - 1), end)
            .GroupBy(sample => step.BucketOf(sample.UnixSeconds)))
        {
            merged[bucket.Key] = HistorySample.Merge([.. bucket]);
        }

        foreach (var sample in Rows("TenMinutes", series, node, first, end))
        {
            merged[sample.UnixSeconds] = sample;
        }

        return [.. merged.Values];
    }

    /// <summary>See <see cref="IHistory.ReadTrendsAsync"/>.</summary>
    public IReadOnlyDictionary<NodeId, NodeTrend> ReadTrends(DateTimeOffset from, DateTimeOffset to, int parts)
    {
        var (rates, celsius) = (_nodes.Keys.ToDictionary(series => series, _ => new double?[parts]), new Dictionary<long, double>());
        var (first, end) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
        using (var rows = Select(
            "SELECT Series, (Time - $from) * $parts / ($end - $from) AS Part, SUM(Rate * Observed) / SUM(Observed) FROM Minute "
                + "WHERE Series <> $cluster AND Time >= $from AND Time < $end AND Observed > 0 GROUP BY Series, Part",
            ("$from", first), ("$end", end), ("$parts", parts), ("$cluster", ClusterSeries)))
        {
            while (rows.Read())
            {
                if (rates.TryGetValue(rows.GetInt64(0), out var series))
                {
                    series[rows.GetInt32(1)] = rows.GetDouble(2);
                }
            }
        }

        // Of the row with the greatest time, as SQLite promises for a lone MAX.
        using (var rows = Select(
            "SELECT Series, DeciCelsius, MAX(Time) FROM Minute WHERE Time >= $from AND Time < $end AND DeciCelsius IS NOT NULL GROUP BY Series",
            ("$from", Math.Max(first, end - 1800)), ("$end", end)))
        {
            while (rows.Read())
            {
                celsius[rows.GetInt64(0)] = rows.GetInt64(1) / 10.0;
            }
        }

        return rates.ToDictionary(
            pair => _nodes[pair.Key].Node, pair => new NodeTrend(pair.Value, celsius.TryGetValue(pair.Key, out var known) ? known : null));
    }

    /// <summary>See <see cref="IHistory.GetNodesAsync"/>.</summary>
    public IReadOnlyList<KnownNode> ReadNodes() => [.. _nodes.OrderBy(pair => pair.Value.Node).Select(pair => pair.Value with
    {
        LastSeen = Math.Max(LastOf("Minute", pair.Key) + 60 ?? 0, LastOf("TenMinutes", pair.Key) + 600 ?? 0),
    })];

    /// <summary>See <see cref="IHistory.ReadEventsAsync"/>.</summary>
    public IReadOnlyList<HistoryEvent> ReadEvents(DateTimeOffset from, DateTimeOffset to, NodeId? node, int most)
    {
        var events = new List<HistoryEvent>();
        using var rows = Select(
            EventSql + " WHERE Time >= $from AND Time < $to AND ($node IS NULL OR Node = $node) "
                + "ORDER BY Time DESC, Number DESC LIMIT $most",
            ("$from", from.ToUnixTimeMilliseconds()), ("$to", to.ToUnixTimeMilliseconds()), ("$node", Blob(node)), ("$most", Math.Clamp(most, 0, MostEvents)));
        while (rows.Read())
        {
            events.Add(EventOf(rows));
        }

        events.Reverse();
        return events;
    }

    /// <summary>See <see cref="IHistoryGrain.ReadAsync"/>.</summary>
    public HistoryPage ReadPage(HistoryAsk ask, NodeId self)
    {
        const int Limit = HistoryPage.MostRows;
        var after = ask.Store == Store ? ask.After : 0;
        var own = SeriesOf(self, make: false);
        var found = new List<(long Arrival, long Series, object Row)>();
        foreach (var (table, step) in ((string, HistoryStep)[])[("Minute", HistoryStep.Minute), ("TenMinutes", HistoryStep.TenMinutes)])
        {
            if (ask.OwnOnly && own is null)
            {
                continue;
            }

            using var rows = Select(
                $"SELECT {Columns}, Series FROM {table} WHERE Arrival > $after AND ($own IS NULL OR Series = $own) ORDER BY Arrival LIMIT $limit",
                ("$after", after), ("$own", ask.OwnOnly ? own : null), ("$limit", Limit + 1));
            while (rows.Read())
            {
                var series = rows.GetInt64(rows.FieldCount - 1);
                found.Add((rows.GetInt64(1), series, SampleOf(rows, NodeOf(series), step)));
            }
        }

        using (var rows = Select(
            EventSql + " WHERE Arrival > $after AND ($own IS NULL OR Source = $own) ORDER BY Arrival LIMIT $limit",
            ("$after", after), ("$own", ask.OwnOnly ? Blob(self) : null), ("$limit", Limit + 1)))
        {
            while (rows.Read())
            {
                found.Add((rows.GetInt64(6), ClusterSeries, EventOf(rows)));
            }
        }

        var page = found.OrderBy(row => row.Arrival).Take(Limit).ToArray();
        var hasMore = found.Count > Limit;
        return new()
        {
            Store = Store,
            Next = hasMore ? page[^1].Arrival : _arrival,
            HasMore = hasMore,
            Samples = [.. page.Select(row => row.Row).OfType<HistorySample>()],
            Events = [.. page.Select(row => row.Row).OfType<HistoryEvent>()],
            Nodes = [.. page.Select(row => row.Series).Distinct().Where(_nodes.ContainsKey).Select(series => _nodes[series])],
        };
    }

    /// <summary>What to ask another node next.</summary>
    public HistoryAsk AskOf(NodeId server, bool ownOnly)
    {
        using var rows = Select(
            "SELECT Store, Next FROM Heard WHERE Server = $server AND OwnOnly = $own", ("$server", Blob(server)), ("$own", ownOnly ? 1 : 0));
        return rows.Read() ? new() { Store = rows.GetInt64(0), After = rows.GetInt64(1), OwnOnly = ownOnly } : new() { OwnOnly = ownOnly };
    }

    /// <summary>Minutes before this moment, in unix seconds, are merged: at whole ten minutes, so that no bucket is merged in parts.</summary>
    private static long MinutesFrom(DateTimeOffset now) => HistoryStep.TenMinutes.BucketOf((now - HistorySteps.MinutesKept).ToUnixTimeSeconds());

    private bool IsTimely(HistorySample sample, DateTimeOffset now)
        => sample.UnixSeconds == sample.Step.BucketOf(sample.UnixSeconds) && sample.Start <= now + MostAhead
            && sample.Start >= (sample.Step == HistoryStep.Minute ? DateTimeOffset.FromUnixTimeSeconds(MinutesFrom(now)) : now.AddDays(-_days));

    private bool IsTimely(HistoryEvent one, DateTimeOffset now) => one.Time <= now + MostAhead && one.Time >= now.AddDays(-_days);

    private void Begin()
    {
        // Commits reach the disk at checkpoints only: a power cut may take the last minutes, and leaves the file whole.
        Run("PRAGMA journal_mode = WAL");
        Run("PRAGMA synchronous = NORMAL");
        Run("PRAGMA journal_size_limit = 4194304");
        using (var check = Select("PRAGMA quick_check(1)"))
        {
            if (!check.Read() || check.GetString(0) != "ok")
            {
                throw new SqliteException("the file contradicts itself", SqliteCorrupt);
            }
        }

        var version = Number("PRAGMA user_version") ?? 0;
        if (version is not 0 and not Version)
        {
            throw new SqliteException($"it is of version {version}, and this p2p-miner writes version {Version}", SqliteCorrupt);
        }

        if (version == 0)
        {
            InOne(() =>
            {
                foreach (var statement in Schema().Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    Run(statement);
                }

                Run("INSERT INTO Meta (Id, Store, Arrival) VALUES (1, $store, 0)",
                    ("$store", (BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) & long.MaxValue) | 1));
                Run("INSERT INTO Series (Id, Node, Name) VALUES (0, X'', '')");
                return Run($"PRAGMA user_version = {Version.ToString(CultureInfo.InvariantCulture)}");
            });
        }

        Load();
    }

    private static string Schema()
    {
        using var stream = typeof(HistoryFile).Assembly.GetManifestResourceStream("History.sql")
            ?? throw new InvalidOperationException("History.sql is not built into the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private void Load()
    {
        using (var meta = Select("SELECT Store, Arrival FROM Meta"))
        {
            if (!meta.Read())
            {
                throw new SqliteException("it has no name", SqliteCorrupt);
            }

            (Store, _arrival) = (meta.GetInt64(0), meta.GetInt64(1));
        }

        LoadSeries();
        foreach (var sql in (string[])[
            $"SELECT Series, {Columns} FROM Minute", $"SELECT Series, {Columns} FROM TenMinutes", EventSql, "SELECT Server, OwnOnly, Store, Next FROM Heard"])
        {
            Select($"{sql} LIMIT 0").Dispose();
        }
    }

    private void LoadSeries()
    {
        _series.Clear();
        _nodes.Clear();
        using var rows = Select("SELECT Id, Node, Name FROM Series WHERE Id <> 0");
        while (rows.Read())
        {
            var node = NodeOf((byte[])rows.GetValue(1));
            _series[node] = rows.GetInt64(0);
            _nodes[rows.GetInt64(0)] = new() { Node = node, HostName = rows.GetString(2), LastSeen = 0 };
        }
    }

    /// <summary>One transaction: when it fails, the file and what is kept in memory are as before.</summary>
    private T InOne<T>(Func<T> write)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var (arrival, isDone) = (_arrival, false);
        _transaction = transaction;
        try
        {
            var result = write();
            Run("UPDATE Meta SET Arrival = $arrival", ("$arrival", _arrival));
            transaction.Commit();
            isDone = true;
            return result;
        }
        finally
        {
            _transaction = null;
            if (!isDone)
            {
                Forget(arrival, transaction);
            }
        }
    }

    /// <summary>A file that cannot even be read then fails at its next use.</summary>
    private void Forget(long arrival, SqliteTransaction transaction)
    {
        _arrival = arrival;
        try
        {
            transaction.Rollback();
            LoadSeries();
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            _series.Clear();
            _nodes.Clear();
        }
    }

    private void Put(long series, HistorySample sample)
    {
        var table = sample.Step == HistoryStep.Minute ? "Minute" : "TenMinutes";
        Run(PutStatements[table],
            ("$series", series), ("$Time", sample.UnixSeconds), ("$Arrival", ++_arrival), ("$Observed", sample.ObservedSeconds),
            ("$Rate", sample.Rate.PerSecond), ("$Hashes", sample.Hashes),
            ("$Accepted", sample.Shares.Accepted), ("$Stale", sample.Shares.Stale), ("$Duplicate", sample.Shares.Duplicate),
            ("$LowDifficulty", sample.Shares.LowDifficulty), ("$Invalid", sample.Shares.Invalid), ("$OutsideLease", sample.Shares.OutsideLease),
            ("$Rejected", sample.Shares.Rejected), ("$Lost", sample.Shares.Lost), ("$Quarantined", sample.Shares.Quarantined),
            ("$Difficulty", sample.Difficulty), ("$LatencyMs", sample.Latency?.TotalMilliseconds), ("$Pool", sample.Pool), ("$Nodes", sample.Nodes),
            ("$Credited", sample.Credited), ("$State", (int?)sample.State), ("$Threads", sample.Threads), ("$HugePages", sample.HugePages),
            ("$HugePagesWanted", sample.HugePagesWanted), ("$Mode", sample.DatasetMode), ("$DeciCelsius", InDeci(sample.Celsius)),
            ("$DeciWatts", InDeci(sample.Watts)));
    }

    /// <summary>
    /// Of two samples of the same time the one that saw more of it counts, then the one with more hashes: whichever came first, so that nodes that tell each
    /// other agree in the end.
    /// </summary>
    private static readonly IReadOnlyDictionary<string, string> PutStatements = ((string[])["Minute", "TenMinutes"]).ToDictionary(table => table, table =>
    {
        var columns = Columns.Split(", ");
        return $"INSERT INTO {table} (Series, {Columns}) VALUES ($series, {string.Join(", ", columns.Select(column => $"${column}"))}) "
            + $"ON CONFLICT (Series, Time) DO UPDATE SET {string.Join(", ", columns.Skip(1).Select(column => $"{column} = excluded.{column}"))} "
            + "WHERE excluded.Observed > Observed OR (excluded.Observed = Observed AND excluded.Hashes > Hashes)";
    });

    private bool Put(HistoryEvent one)
        => Run("INSERT OR IGNORE INTO Event (Source, Number, Arrival, Time, Kind, Node, Text) VALUES ($source, $number, $arrival, $time, $kind, $node, $text)",
            ("$source", Blob(one.Source)), ("$number", one.Number), ("$arrival", ++_arrival), ("$time", one.UnixMs), ("$kind", one.Kind),
            ("$node", Blob(one.Node)), ("$text", one.Text)) > 0;

    /// <returns>Null: there is none, and no room for one.</returns>
    private long? SeriesOf(NodeId? node, bool make, IReadOnlyList<KnownNode>? names = null)
    {
        if (node is not { } id)
        {
            return ClusterSeries;
        }

        if (_series.TryGetValue(id, out var series) || !make || _series.Count >= MostNodes)
        {
            return _series.ContainsKey(id) ? series : null;
        }

        var name = names?.FirstOrDefault(known => known.Node == id)?.HostName ?? "";
        Run("INSERT INTO Series (Node, Name) VALUES ($node, $name)", ("$node", Blob(id)), ("$name", name));
        series = Number("SELECT Id FROM Series WHERE Node = $node", ("$node", Blob(id)))!.Value;
        _series[id] = series;
        _nodes[series] = new() { Node = id, HostName = name, LastSeen = 0 };
        return series;
    }

    private void Name(long series, string name)
    {
        Run("UPDATE Series SET Name = $name WHERE Id = $series", ("$name", name), ("$series", series));
        _nodes[series] = _nodes[series] with { HostName = name };
    }

    private NodeId? NodeOf(long series) => _nodes.TryGetValue(series, out var node) ? node.Node : null;

    private bool HasSamples(long series) => LastOf("Minute", series) is not null || LastOf("TenMinutes", series) is not null;

    private long? LastOf(string table, long series) => Number($"SELECT MAX(Time) FROM {table} WHERE Series = $series", ("$series", series));

    private List<HistorySample> Rows(string table, long series, NodeId? node, long from, long end)
    {
        var samples = new List<HistorySample>();
        using var rows = Select($"SELECT {Columns} FROM {table} WHERE Series = $series AND Time >= $from AND Time < $end ORDER BY Time",
            ("$series", series), ("$from", from), ("$end", end));
        var step = table == "Minute" ? HistoryStep.Minute : HistoryStep.TenMinutes;
        while (rows.Read())
        {
            samples.Add(SampleOf(rows, node, step));
        }

        return samples;
    }

    /// <summary>A row that begins with <see cref="Columns"/>.</summary>
    private static HistorySample SampleOf(SqliteDataReader row, NodeId? node, HistoryStep step) => new()
    {
        Node = node,
        Step = step,
        UnixSeconds = row.GetInt64(0),
        ObservedSeconds = row.GetInt32(2),
        Rate = new(row.GetDouble(3)),
        Hashes = row.GetInt64(4),
        Shares = new()
        {
            Accepted = row.GetInt64(5),
            Stale = row.GetInt64(6),
            Duplicate = row.GetInt64(7),
            LowDifficulty = row.GetInt64(8),
            Invalid = row.GetInt64(9),
            OutsideLease = row.GetInt64(10),
            Rejected = row.GetInt64(11),
            Lost = row.GetInt64(12),
            Quarantined = row.GetInt64(13),
        },
        Difficulty = RealAt(row, 14),
        Latency = RealAt(row, 15) is { } latency ? TimeSpan.FromMilliseconds(latency) : null,
        Pool = row.IsDBNull(16) ? null : row.GetString(16),
        Nodes = (int?)LongAt(row, 17),
        Credited = RealAt(row, 18),
        State = LongAt(row, 19) is { } state && Enum.IsDefined((PeerState)state) ? (PeerState)state : null,
        Threads = (int?)LongAt(row, 20),
        HugePages = LongAt(row, 21),
        HugePagesWanted = LongAt(row, 22),
        DatasetMode = row.IsDBNull(23) ? null : row.GetString(23),
        Celsius = LongAt(row, 24) / Deci,
        Watts = LongAt(row, 25) / Deci,
    };

    private static HistoryEvent EventOf(SqliteDataReader row) => new()
    {
        Source = NodeOf((byte[])row.GetValue(0)),
        Number = row.GetInt64(1),
        UnixMs = row.GetInt64(2),
        Kind = row.GetString(3),
        Node = row.IsDBNull(4) ? null : NodeOf((byte[])row.GetValue(4)),
        Text = row.GetString(5),
    };

    private static long? LongAt(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static double? RealAt(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    private static long? InDeci(double? value) => value is { } real ? (long)Math.Round(real * Deci) : null;

    private static NodeId NodeOf(byte[] blob)
        => blob.Length == 16 ? new(BinaryPrimitives.ReadUInt128BigEndian(blob)) : throw new SqliteException("a node's id is not one", SqliteCorrupt);

    private static byte[]? Blob(NodeId? node)
    {
        if (node is not { } id)
        {
            return null;
        }

        var blob = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(blob, id.Value);
        return blob;
    }

    private long? Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
        => Command(sql, parameters).ExecuteScalar() is long number ? number : null;

    private SqliteDataReader Select(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(sql, parameters).ExecuteReader();

    private int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(sql, parameters).ExecuteNonQuery();

    /// <summary>Each statement is prepared once. The driver wants every command within a transaction to say so.</summary>
    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _commands[sql] = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
            {
                command.Parameters.AddWithValue(name, null);
            }
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        }

        command.Transaction = _transaction;
        return command;
    }
}
