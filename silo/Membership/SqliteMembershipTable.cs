using System.Globalization;
using Microsoft.Data.Sqlite;
using P2PMiner.Security;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// The membership table in a file of this node, through Orleans' own AdoNet table. Makes file and schema when they are missing, and sets aside a file that is
/// damaged: the table is only a memory, which the living nodes fill again.
/// </summary>
internal sealed class SqliteMembershipTable(DataStore data, string clusterId, IServiceProvider services, TimeProvider clock, ILogger log) : AsyncMembershipTable
{
    public const string FileName = "membership.db";

    /// <summary>What SQLite puts beside the file; one of an earlier file must not be taken for a new one's.</summary>
    private static readonly string[] Companions = [FileName + "-wal", FileName + "-shm"];

    /// <summary>Orleans 10.4.2 maps this name to Microsoft.Data.Sqlite.</summary>
    private const string Invariant = "System.Data.SQLite";

    private const int SqliteError = 1;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    // Unpooled: a transaction left open by a failure ends with its connection and cannot reach the next caller.
    private readonly string _connectionString =
        new SqliteConnectionStringBuilder { DataSource = data.PathOf(FileName), Pooling = false, DefaultTimeout = 5 }.ToString();

    private IMembershipTable? _table;

    private IMembershipTable Table => _table ?? throw new InvalidOperationException("the table is not initialised");

    public override async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default)
    {
        if (_table is not null)
        {
            return;
        }

        try
        {
            try
            {
                _table = await MakeAsync(cancellationToken);
            }
            catch (SqliteException error) when (IsDamage(error))
            {
                var kept = data.SetAside(FileName, DataStore.Damaged, clock.GetUtcNow());
                foreach (var companion in Companions)
                {
                    data.SetAside(companion, DataStore.Damaged, clock.GetUtcNow());
                }

                log.TableSetAside(data.PathOf(FileName), error.Message, kept);
                _table = await MakeAsync(cancellationToken);
            }
        }
        catch (SqliteException error)
        {
            throw new DataFileException(Named(error).Message);
        }
    }

    /// <summary>Makes the file hold exactly <paramref name="snapshot"/>, in one transaction: after a crash it holds that or what it held before.</summary>
    public Task ReplaceAsync(TableSnapshot snapshot, CancellationToken cancellation) => NamingAsync(async _ =>
    {
        await using var connection = await OpenAsync(cancellation);
        await using var transaction = connection.BeginTransaction(deferred: false);
        await RunAsync("DELETE FROM Silo");
        await RunAsync("DELETE FROM ClusterVersion");
        await RunAsync("INSERT INTO ClusterVersion (DeploymentId, Version) VALUES ($cluster, $version)", ("$cluster", clusterId),
            ("$version", snapshot.Version));
        foreach (var row in snapshot.Rows)
        {
            await RunAsync(
                """
                INSERT INTO Silo (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime)
                VALUES ($cluster, $address, $port, $generation, $silo, $host, $status, $proxy, $suspects, $start, $alive)
                """,
                ("$cluster", clusterId), ("$address", row.Silo.Address), ("$port", row.Silo.Port), ("$generation", row.Silo.Generation),
                ("$silo", row.SiloName), ("$host", row.HostName), ("$status", (int)row.Status), ("$proxy", row.ProxyPort),
                ("$suspects", Suspects(row)), ("$start", row.StartTime), ("$alive", row.IAmAliveTime));
        }

        await transaction.CommitAsync(cancellation);

        async Task RunAsync(string sql, params (string Name, object Value)[] parameters)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Transaction = transaction;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }

            await command.ExecuteNonQueryAsync(cancellation);
        }
    });

    public async Task<TableSnapshot> SnapshotAsync(CancellationToken cancellation) => TableSnapshot.Of(await ReadAllAsync(cancellation));

    public override Task DeleteMembershipTableEntriesAsync(string id, CancellationToken cancellationToken = default)
        => NamingAsync(table => table.DeleteMembershipTableEntriesAsync(id, cancellationToken));

    public override Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
        => NamingAsync(table => table.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken));

    public override Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default)
        => NamingAsync(table => table.ReadRowAsync(key, cancellationToken));

    public override Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default)
        => NamingAsync(table => table.ReadAllAsync(cancellationToken));

    public override Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default)
        => NamingAsync(table => table.InsertRowAsync(entry, tableVersion, cancellationToken));

    public override Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
        => NamingAsync(table => table.UpdateRowAsync(entry, etag, tableVersion, cancellationToken));

    public override Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default)
        => NamingAsync(table => table.UpdateIAmAliveAsync(entry, cancellationToken));

    /// <summary>As Orleans writes them: "address,time" for each, joined by "|".</summary>
    private static object Suspects(SiloRow row) => row.Suspects.Count == 0 ? DBNull.Value
        : string.Join('|', row.Suspects.Select(suspect => string.Create(CultureInfo.InvariantCulture,
            $"{suspect.By.ToSiloAddress().ToParsableString()},{LogFormatter.PrintDate(suspect.At)}")));

    /// <summary>Made and read once: what is wrong with the file shows now, and not when the first silo asks.</summary>
    private async Task<IMembershipTable> MakeAsync(CancellationToken cancellation)
    {
        data.Prepare(FileName, Companions);
        await using (var connection = await OpenAsync(cancellation))
        {
            await using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (await check.ExecuteScalarAsync(cancellation) is not "ok")
            {
                throw new SqliteException("the file contradicts itself", SqliteCorrupt);
            }

            await using var schema = connection.CreateCommand();
            schema.CommandText = SqlScript.Read("Sqlite.sql");

            // Statement by statement: ExecuteNonQuery swallows the errors of all that follow the first one with a result, and a full disk
            // would show as a missing table.
            await using var results = await schema.ExecuteReaderAsync(cancellation);
            while (await results.NextResultAsync(cancellation))
            {
            }
        }

        var table = AdoNetTable.Create(services, clusterId, Invariant, _connectionString);
        await table.InitializeMembershipTableAsync(true, cancellation);
        await table.ReadAllAsync(cancellation);
        return table;
    }

    /// <summary>
    /// The content is wrong (11, 26), or is no table of ours (1). Not what the disk or its rights are to blame for: there the next file would fare no better.
    /// </summary>
    private static bool IsDamage(SqliteException error) => error.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase or SqliteError;

    private Task NamingAsync(Func<IMembershipTable, Task> work) => NamingAsync(async table =>
    {
        await work(table);
        return true;
    });

    private async Task<T> NamingAsync<T>(Func<IMembershipTable, Task<T>> work)
    {
        try
        {
            return await work(Table);
        }
        catch (SqliteException error)
        {
            throw Named(error);
        }
    }

    /// <summary>With the file's name and the room on its disk: on a full one SQLite's own words are of I/O as often as of the disk.</summary>
    private SqliteException Named(SqliteException error) => new(
        $"{data.PathOf(FileName)}: cannot be used ({error.Message} {Room()})", error.SqliteErrorCode, error.SqliteExtendedErrorCode);

    private string Room()
    {
        try
        {
            return $"{new DriveInfo(data.Folder).AvailableFreeSpace >> 10} kB are free on its disk";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "Its folder is not there";
        }
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellation);
        return connection;
    }
}
