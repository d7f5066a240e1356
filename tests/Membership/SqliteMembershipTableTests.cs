using System.Globalization;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

public sealed class SqliteMembershipTableTests : MembershipTableContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-table-").FullName;
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();

    private string File => Path.Combine(_folder, "data", "membership.db");

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Replace_AnySnapshot_IsReadBackAsItIs()
    {
        var table = await OpenSqliteAsync();
        await InsertAsync(table, Entry(1), Entry(2));
        var suspected = Entry(3, SiloStatus.Active);
        suspected.AddSuspector(Address(1), new DateTime(2026, 5, 17, 9, 0, 0, 250, DateTimeKind.Utc));
        var wanted = new TableSnapshot(40, [SiloRow.Of(suspected), SiloRow.Of(Entry(4, SiloStatus.Dead))]);

        await table.ReplaceAsync(wanted, CancellationToken.None);
        Assert.Equivalent(wanted, await (await OpenSqliteAsync()).SnapshotAsync(CancellationToken.None), strict: true);

        // Orleans goes on from there.
        var version = (await table.ReadAllAsync()).Version;
        Assert.True(await table.UpdateRowAsync(Entry(4, SiloStatus.Dead), version.Version.ToString(CultureInfo.InvariantCulture), version.Next()));
    }

    [Fact]
    public async Task Replace_FailsHalfWay_LeavesTheTableAsItWas()
    {
        var table = await OpenSqliteAsync();
        await InsertAsync(table, Entry(1), Entry(2));
        var before = await table.SnapshotAsync(CancellationToken.None);
        var row = SiloRow.Of(Entry(3));

        await Assert.ThrowsAnyAsync<Exception>(() => table.ReplaceAsync(new(40, [row, row]), CancellationToken.None));
        Assert.Equivalent(before, await table.SnapshotAsync(CancellationToken.None), strict: true);
    }

    private protected override async Task<IMembershipTable> OpenAsync() => await OpenSqliteAsync();

    private async Task<SqliteMembershipTable> OpenSqliteAsync()
    {
        var table = new SqliteMembershipTable(File, Cluster, _services);
        await table.InitializeMembershipTableAsync(true);
        return table;
    }
}
