using Microsoft.Data.Sqlite;
using P2PMiner.EndToEnd.Tests.Cluster;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>Real nodes and real minutes: three or four of them. Only with SOAK_MINUTES in the environment, see make soak.</summary>
public sealed class HistorySoakTests
{
    private const string Cluster = "Node = X''";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact(Skip = "a long test: SOAK_MINUTES is not set", SkipType = typeof(SuspendSoakTests), SkipUnless = nameof(SuspendSoakTests.IsAskedFor))]
    public async Task MasterIsKilled_TheOtherKeepsItsPastAndGoesOn()
    {
        string[] options = ["--practice", "--randomx-mode", "light"];
        await using var first = MinerProcess.StartNode([.. options, "--mode", "master"]);
        await first.WaitForLineAsync("this node is master", Patience);
        var folder = Directory.CreateTempSubdirectory("p2p-history-");
        try
        {
            File.Copy(Path.Combine(first.DataFolder, "cluster-key"), Path.Combine(folder.FullName, "cluster-key"));
            await using var second = MinerProcess.StartService(notifySocket: "", folder.FullName, [.. options, "--threads", "2"]);
            await second.WaitForLineAsync("working for the session of node", Patience);
            var (master, other) = (IdIn(first.DataFolder), IdIn(folder.FullName));

            // The second node has what only the first could see.
            await Eventually.HoldsAsync(() => Minutes(folder, Cluster).Any(minute => minute.Hashes > 0), "a minute of the cluster", Patience);
            await Eventually.HoldsAsync(() => Minutes(folder, $"Node = X'{master}'").Any(minute => minute.Hashes > 0), "a minute of the master", Patience);
            first.Kill();
            var killed = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var past = Minutes(folder, Cluster);

            await Eventually.HoldsAsync(
                () => Minutes(folder, Cluster).Any(minute => minute.Hashes > 0 && minute.Time > killed), "a minute under the second node", Patience);
            var cluster = Minutes(folder, Cluster);
            Assert.Equal(past, cluster.Take(past.Count));
            Assert.Equal(cluster.Select(minute => minute.Time).Distinct(), cluster.Select(minute => minute.Time));
            Assert.All(cluster, minute => Assert.True(minute is { Hashes: >= 0, Accepted: >= 0 }, $"{minute}"));
            Assert.Equal(1, cluster[^1].Nodes);
            Assert.NotEmpty(Minutes(folder, $"Node = X'{master}'"));
            Assert.Equal([master], Read(folder, "SELECT lower(hex(Node)) FROM Event WHERE Kind = 'lost'", row => row.GetString(0)));
            Assert.Equal([master, other], Read(folder, "SELECT lower(hex(Node)) FROM Event WHERE Kind = 'master' ORDER BY Time", row => row.GetString(0)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string IdIn(string folder) => File.ReadAllText(Path.Combine(folder, "node-id")).Trim();

    private static IReadOnlyList<(long Time, long Hashes, long Accepted, long? Nodes)> Minutes(DirectoryInfo folder, string series) => Read(
        folder, $"SELECT Time, Hashes, Accepted, Nodes FROM Minute WHERE Series = (SELECT Id FROM Series WHERE {series}) ORDER BY Time",
        row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? (long?)null : row.GetInt64(3)));

    private static IReadOnlyList<T> Read<T>(DirectoryInfo folder, string sql, Func<SqliteDataReader, T> row)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "history.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var read = new List<T>();
        while (rows.Read())
        {
            read.Add(row(rows));
        }

        return read;
    }
}
