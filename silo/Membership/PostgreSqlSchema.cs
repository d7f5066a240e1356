using Npgsql;

namespace P2PMiner.Silo.Membership;

/// <summary>Tables and statements that Orleans' AdoNet table needs in a shared PostgreSQL.</summary>
internal static class PostgreSqlSchema
{
    /// <summary>Names the driver, in Orleans' words.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>Any number, if all nodes take the same lock. These are the letters "p2pm".</summary>
    private const long SchemaLock = 0x7032706d;

    /// <summary>Makes what is missing. Nodes that start together take turns: CREATE IF NOT EXISTS alone fails when two run at once.</summary>
    public static async Task EnsureAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var turn = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({SchemaLock})", connection, transaction))
        {
            await turn.ExecuteNonQueryAsync(cancellation);
        }

        // The script's own @ signs are in quotes and are not parameters.
        await using (var script = new NpgsqlCommand(SqlScript.Read("PostgreSql.sql"), connection, transaction))
        {
            await script.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }
}
