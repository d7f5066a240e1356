using Npgsql;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

[Trait("Lane", "Full")]
public sealed class PostgreSqlMembershipTableTests(PostgreSqlServer server) : MembershipTableContract, IAsyncLifetime
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        _database = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = false }.ToString();
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task Ensure_ManyNodesAtOnce_MakesTheTablesOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgreSqlSchema.EnsureAsync(_database, CancellationToken.None)));
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM OrleansQuery", connection);
        Assert.Equal(9L, await count.ExecuteScalarAsync());
    }

    /// <summary>Silos that cannot understand each other meet in one database, and are in two clusters there.</summary>
    [Fact]
    public async Task Insert_BySilosOfTwoWireVersions_IsSeenByTheirOwnOnly()
    {
        var older = await OpenAsync(ClusterName.Of(WireVersion.Current));
        var newer = await OpenAsync(ClusterName.Of(WireVersion.Current + 1));
        await InsertAsync(older, Entry(1));
        Assert.Empty((await newer.ReadAllAsync()).Members);

        await InsertAsync(newer, Entry(2));
        Assert.Equal(Entry(1).SiloAddress, Assert.Single((await older.ReadAllAsync()).Members).Item1.SiloAddress);
        Assert.Equal(Entry(2).SiloAddress, Assert.Single((await newer.ReadAllAsync()).Members).Item1.SiloAddress);
    }

    private protected override Task<IMembershipTable> OpenAsync() => OpenAsync(Cluster);

    private async Task<IMembershipTable> OpenAsync(string cluster)
    {
        await PostgreSqlSchema.EnsureAsync(_database, CancellationToken.None);
        var table = AdoNetTable.Create(_services, cluster, PostgreSqlSchema.Invariant, _database);
        await table.InitializeMembershipTableAsync(true);
        return table;
    }
}
