using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Security;
using P2PMiner.Silo.Membership;
using P2PMiner.TestKit;

namespace P2PMiner.Membership.Tests;

public sealed class SqliteMembershipTableTests : MembershipTableContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-table-").FullName;
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly RecordingLogger _log = new();

    private string Table => Path.Combine(_folder, "data", "membership.db");

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

    [Fact]
    public async Task Read_FolderIsGone_NamesTheFile()
    {
        var table = await OpenSqliteAsync();
        Directory.Delete(Path.GetDirectoryName(Table)!, recursive: true);

        var error = await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => table.ReadAllAsync());

        Assert.StartsWith($"{Table}: cannot be used (", error.Message);
        Assert.EndsWith("Its folder is not there)", error.Message);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("rubbish")]
    [InlineData("rubbish in the middle")]
    [InlineData("a rubbish log")]
    [InlineData("another program's table")]
    public async Task Open_DamagedFile_IsSetAsideWithOneLineAndMadeAnew(string damage)
    {
        var old = await OpenSqliteAsync();
        await InsertAsync(old, Entry(1), Entry(2));
        var content = System.IO.File.ReadAllBytes(Table);
        var damaged = damage switch
        {
            "empty" => [],
            "cut" => content[..(content.Length / 2)],
            "rubbish" => [.. Enumerable.Repeat((byte)'x', content.Length)],
            "rubbish in the middle" => [.. content[..100], .. Enumerable.Repeat((byte)0xa5, content.Length - 200), .. content[^100..]],
            _ => content,
        };
        if (damage == "another program's table")
        {
            System.IO.File.Delete(Table);
            await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Table};Pooling=False");
            await other.OpenAsync();
            await using var make = other.CreateCommand();
            make.CommandText = "CREATE TABLE Silo (Name TEXT)";
            await make.ExecuteNonQueryAsync();
        }
        else
        {
            System.IO.File.WriteAllBytes(Table, damaged);
        }

        if (damage == "a rubbish log")
        {
            System.IO.File.WriteAllBytes($"{Table}-wal", [.. Enumerable.Repeat((byte)0x5a, 8192)]);
        }

        var anew = await OpenSqliteAsync();
        await anew.ReplaceAsync(new(7, [SiloRow.Of(Entry(3))]), CancellationToken.None);

        Assert.Equal(7, (await (await OpenSqliteAsync()).SnapshotAsync(CancellationToken.None)).Version);
        if (damage is "empty" or "a rubbish log")
        {
            // SQLite takes these for a new file and for a log that was cut off.
            Assert.Empty(_log.Lines);
            return;
        }

        var line = Assert.Single(_log.Lines);
        Assert.StartsWith($"{Table} is damaged (", line);
        Assert.EndsWith($"it is kept as {Table}.damaged-20260101T000000Z and a new one is created", line);
        Assert.True(System.IO.File.Exists($"{Table}.damaged-20260101T000000Z"));
    }

    [Theory]
    [InlineData("membership.db")]
    [InlineData("membership.db-wal")]
    public async Task Open_LinkOrFifo_IsRefusedByName(string name)
    {
        await OpenSqliteAsync();
        var target = Path.Combine(_folder, "target");
        var path = Path.Combine(_folder, "data", name);
        System.IO.File.Delete(path);
        System.IO.File.CreateSymbolicLink(path, target);

        Assert.Contains($"{path}: is a symbolic link", (await Assert.ThrowsAsync<DataFileException>(OpenSqliteAsync)).Message);
        Assert.False(System.IO.File.Exists(target));

        System.IO.File.Delete(path);
        using (var made = System.Diagnostics.Process.Start("mkfifo", path))
        {
            made.WaitForExit();
        }

        Assert.Contains($"{path}: is not a plain file", (await Assert.ThrowsAsync<DataFileException>(OpenSqliteAsync)).Message);
    }

    [Fact]
    [Trait("Lane", "Full")]
    public async Task Open_DiskIsFullToAnyDegree_TheErrorNamesFileAndDiskAndNothingIsSetAside()
    {
        const int DiskKilobytes = 64;
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={DiskKilobytes}k,mode=700", "none", data), "only root can mount a small disk");
        try
        {
            var refused = 0;
            for (var free = 0; free <= DiskKilobytes; free += 4)
            {
                foreach (var file in Directory.GetFiles(data))
                {
                    System.IO.File.Delete(file);
                }

                await System.IO.File.WriteAllBytesAsync(Path.Combine(data, "other"), new byte[(DiskKilobytes - free) << 10]);
                try
                {
                    var table = await OpenSqliteAsync();
                    await table.ReplaceAsync(new(7, [.. Enumerable.Range(1, 400).Select(node => SiloRow.Of(Entry(node)))]), CancellationToken.None);
                }
                catch (Exception error) when (error is DataFileException or Microsoft.Data.Sqlite.SqliteException)
                {
                    refused++;
                    Assert.Matches($@"^{Table}: cannot be used \(SQLite Error .* [0-9]+ kB are free on its disk\)$", error.Message);
                    Assert.DoesNotContain("no such table", error.Message);
                }

                Assert.Empty(_log.Lines);
            }

            Assert.NotEqual(0, refused);
        }
        finally
        {
            Run("umount", data);
        }
    }

    private protected override async Task<IMembershipTable> OpenAsync() => await OpenSqliteAsync();

    private static bool Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private async Task<SqliteMembershipTable> OpenSqliteAsync()
    {
        var table = new SqliteMembershipTable(new(Path.Combine(_folder, "data")), Cluster, _services, _clock, _log);
        await table.InitializeMembershipTableAsync(true);
        return table;
    }
}
