using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;

namespace P2PMiner.Silo.Membership;

/// <summary>The membership table in a file of this node, through Orleans' own AdoNet table. Makes file and schema when they are missing.</summary>
internal sealed class SqliteMembershipTable(string path, string clusterId, IServiceProvider services) : AsyncMembershipTable
{
    /// <summary>Orleans 10.4.2 maps this name to Microsoft.Data.Sqlite.</summary>
    private const string Invariant = "System.Data.SQLite";

    // Unpooled: a transaction left open by a failure ends with its connection and cannot reach the next caller.
    private readonly string _connectionString =
        new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString();

    private IMembershipTable? _table;

    private IMembershipTable Table => _table ?? throw new InvalidOperationException("the table is not initialised");

    public override async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default)
    {
        if (_table is not null)
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        await using (var connection = await OpenAsync(cancellationToken))
        {
            await using var schema = connection.CreateCommand();
            schema.CommandText = SqlScript.Read("Sqlite.sql");
            await schema.ExecuteNonQueryAsync(cancellationToken);
        }

        var table = AdoNetTable.Create(services, clusterId, Invariant, _connectionString);
        await table.InitializeMembershipTableAsync(true, cancellationToken);
        _table = table;
    }

    /// <summary>Makes the file hold exactly <paramref name="snapshot"/>, in one transaction: after a crash it holds that or what it held before.</summary>
    public async Task ReplaceAsync(TableSnapshot snapshot, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var transaction = connection.BeginTransaction(deferred: false);
        await RunAsync("DELETE FROM Silo");
        await RunAsync("DELETE FROM ClusterVersion");
        await RunAsync("INSERT INTO ClusterVersion (DeploymentId, Version) VALUES ($cluster, $version)", ("$cluster", clusterId), ("$version", snapshot.Version));
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
    }

    public async Task<TableSnapshot> SnapshotAsync(CancellationToken cancellation) => TableSnapshot.Of(await Table.ReadAllAsync(cancellation));

    public override Task DeleteMembershipTableEntriesAsync(string id, CancellationToken cancellationToken = default) => Table.DeleteMembershipTableEntriesAsync(id, cancellationToken);

    public override Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
        => Table.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken);

    public override Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default) => Table.ReadRowAsync(key, cancellationToken);

    public override Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default) => Table.ReadAllAsync(cancellationToken);

    public override Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default)
        => Table.InsertRowAsync(entry, tableVersion, cancellationToken);

    public override Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
        => Table.UpdateRowAsync(entry, etag, tableVersion, cancellationToken);

    public override Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default) => Table.UpdateIAmAliveAsync(entry, cancellationToken);

    /// <summary>As Orleans writes them: "address,time" for each, joined by "|".</summary>
    private static object Suspects(SiloRow row) => row.Suspects.Count == 0 ? DBNull.Value
        : string.Join('|', row.Suspects.Select(suspect => string.Create(CultureInfo.InvariantCulture,
            $"{suspect.By.ToSiloAddress().ToParsableString()},{LogFormatter.PrintDate(suspect.At)}")));

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellation);
        return connection;
    }
}
