using System.Globalization;
using System.Net;

namespace P2PMiner.Membership.Tests;

/// <summary>What Orleans asks of any membership table; run on each of ours.</summary>
public abstract class MembershipTableContract
{
    protected const string Cluster = "contract";

    private static readonly DateTime Start = new(2026, 5, 17, 8, 30, 15, 123, DateTimeKind.Utc);

    /// <summary>A table object of its own on the store that all tables of this test share; initialised.</summary>
    private protected abstract Task<IMembershipTable> OpenAsync();

    [Fact]
    public async Task ReadAll_NewTable_IsEmpty()
    {
        var table = await OpenAsync();
        Assert.Empty((await table.ReadAllAsync()).Members);
    }

    [Fact]
    public async Task InsertRow_CurrentVersion_AddsTheRowAndAdvancesTheVersion()
    {
        var table = await OpenAsync();
        var before = (await table.ReadAllAsync()).Version;
        var entry = Entry(1);

        Assert.True(await table.InsertRowAsync(entry, before.Next()));
        var after = await table.ReadAllAsync();
        Assert.Equal(before.Version + 1, after.Version.Version);
        AssertSame(entry, Assert.Single(after.Members).Item1);
    }

    [Fact]
    public async Task InsertRow_VersionOfThePast_IsRefusedWithoutEffect()
    {
        var table = await OpenAsync();
        var before = (await table.ReadAllAsync()).Version;
        Assert.True(await table.InsertRowAsync(Entry(1), before.Next()));

        Assert.False(await table.InsertRowAsync(Entry(2), before.Next()));
        var after = await table.ReadAllAsync();
        Assert.Equal(before.Version + 1, after.Version.Version);
        Assert.Single(after.Members);
    }

    [Fact]
    public async Task InsertRow_SiloThereAlready_IsRefusedWithoutEffect()
    {
        var table = await OpenAsync();
        Assert.True(await table.InsertRowAsync(Entry(1), (await table.ReadAllAsync()).Version.Next()));
        var before = (await table.ReadAllAsync()).Version;

        Assert.False(await table.InsertRowAsync(Entry(1, SiloStatus.Active), before.Next()));
        var after = await table.ReadAllAsync();
        Assert.Equal(before.Version, after.Version.Version);
        Assert.Equal(SiloStatus.Joining, Assert.Single(after.Members).Item1.Status);
    }

    [Fact]
    public async Task UpdateRow_CurrentVersionAndEtag_ChangesTheRowAndAdvancesTheVersion()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1), Entry(2));
        var (entry, etag, version) = await RowAsync(table, 1);
        entry.Status = SiloStatus.Active;
        entry.AddSuspector(Address(2), Start.AddSeconds(5));
        entry.AddSuspector(Address(3), Start.AddSeconds(6));
        entry.IAmAliveTime = Start.AddMinutes(1);

        Assert.True(await table.UpdateRowAsync(entry, etag, version.Next()));
        var (changed, _, after) = await RowAsync(table, 1);
        AssertSame(entry, changed);
        Assert.Equal(version.Version + 1, after.Version);
        AssertSame(Entry(2), (await RowAsync(table, 2)).Entry);
    }

    [Fact]
    public async Task UpdateRow_SuspicionsTakenBack_StoresNone()
    {
        var table = await OpenAsync();
        var suspected = Entry(1);
        await InsertAsync(table, suspected);
        var (entry, etag, version) = await RowAsync(table, 1);
        entry.AddSuspector(Address(2), Start);
        Assert.True(await table.UpdateRowAsync(entry, etag, version.Next()));

        (entry, etag, version) = await RowAsync(table, 1);
        entry.SuspectTimes = [];
        Assert.True(await table.UpdateRowAsync(entry, etag, version.Next()));
        Assert.Empty((await RowAsync(table, 1)).Entry.SuspectTimes ?? []);
    }

    [Fact]
    public async Task UpdateRow_VersionOrEtagOfThePast_IsRefusedWithoutEffect()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1));
        var (entry, etag, version) = await RowAsync(table, 1);
        entry.Status = SiloStatus.Active;
        Assert.True(await table.UpdateRowAsync(entry, etag, version.Next()));

        entry.Status = SiloStatus.Dead;
        Assert.False(await table.UpdateRowAsync(entry, etag, version.Next()));
        var (row, _, after) = await RowAsync(table, 1);
        Assert.False(await table.UpdateRowAsync(entry, etag, after.Next()));
        Assert.Equal(SiloStatus.Active, row.Status);
        Assert.Equal(after.Version, (await table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task UpdateRow_SiloNotThere_IsRefusedWithoutEffect()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1));
        var version = (await table.ReadAllAsync()).Version;

        Assert.False(await table.UpdateRowAsync(Entry(2), version.VersionEtag, version.Next()));
        Assert.Equal(version.Version, (await table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task ReadRow_OneOfSeveral_GivesThatRowWithTheTablesVersion()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1), Entry(2));

        var one = await table.ReadRowAsync(Address(2));
        AssertSame(Entry(2), Assert.Single(one.Members).Item1);
        Assert.Equal((await table.ReadAllAsync()).Version.Version, one.Version.Version);
    }

    [Fact]
    public async Task ReadRow_SiloNotThere_GivesNoneWithTheTablesVersion()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1));

        var none = await table.ReadRowAsync(Address(1, generation: 99));
        Assert.Empty(none.Members);
        Assert.Equal((await table.ReadAllAsync()).Version.Version, none.Version.Version);
    }

    [Fact]
    public async Task ReadAll_RowAndVersion_CarryTheVersionAsEtag()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1));
        var all = await table.ReadAllAsync();
        Assert.Equal(all.Version.Version.ToString(CultureInfo.InvariantCulture), all.Version.VersionEtag);
    }

    [Fact]
    public async Task UpdateIAmAlive_KnownSilo_ChangesOnlyThatTime()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1), Entry(2));
        var version = (await table.ReadAllAsync()).Version.Version;
        var alive = Entry(1, SiloStatus.Dead);
        alive.IAmAliveTime = Start.AddHours(3);
        await table.UpdateIAmAliveAsync(alive);

        var (row, _, after) = await RowAsync(table, 1);
        Assert.Equal(Start.AddHours(3), row.IAmAliveTime, TimeSpan.FromMilliseconds(1));
        Assert.Equal(SiloStatus.Joining, row.Status);
        Assert.Equal(version, after.Version);
        Assert.Equal(Start, (await RowAsync(table, 2)).Entry.IAmAliveTime, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task CleanupDefunctSiloEntries_OldAndNew_RemovesTheOldThatAreNotActive()
    {
        var table = await OpenAsync();
        var (oldDead, oldActive, newDead) = (Entry(1, SiloStatus.Dead), Entry(2, SiloStatus.Active), Entry(3, SiloStatus.Dead));
        newDead.IAmAliveTime = Start.AddHours(2);
        await InsertAsync(table, oldDead, oldActive, newDead);

        await table.CleanupDefunctSiloEntriesAsync(new(Start.AddHours(1)));
        Assert.Equal([2, 3], (await table.ReadAllAsync()).Members.Select(member => member.Item1.SiloAddress.Endpoint.Port).Order());
    }

    [Fact]
    public async Task DeleteMembershipTableEntries_OwnCluster_EmptiesTheTable()
    {
        var table = await OpenAsync();
        await InsertAsync(table, Entry(1));
        await table.DeleteMembershipTableEntriesAsync(Cluster);
        Assert.Empty((await (await OpenAsync()).ReadAllAsync()).Members);
    }

    [Fact]
    public async Task InsertRow_AnotherTableObject_SeesTheRow()
    {
        var (one, other) = (await OpenAsync(), await OpenAsync());
        await InsertAsync(one, Entry(1));
        AssertSame(Entry(1), (await RowAsync(other, 1)).Entry);
    }

    [Fact]
    public async Task InsertRow_FourWritersAtOnce_LoseNoRowAndNoVersion()
    {
        const int Writers = 4, Each = 10;
        var versionBefore = (await (await OpenAsync()).ReadAllAsync()).Version.Version;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var table = await OpenAsync();
            for (var i = 0; i < Each; i++)
            {
                await InsertAsync(table, Entry(1000 + writer * Each + i));
            }
        }));

        var all = await (await OpenAsync()).ReadAllAsync();
        Assert.Equal(Writers * Each, all.Members.Count);
        Assert.Equal(versionBefore + Writers * Each, all.Version.Version);
    }

    [Fact]
    public async Task ReadAll_WhileOthersWrite_NeverShowsAnEarlierVersion()
    {
        var (reader, writer) = (await OpenAsync(), await OpenAsync());
        var start = (await reader.ReadAllAsync()).Version.Version;
        var writing = InsertAsync(writer, [.. Enumerable.Range(1, 15).Select(port => Entry(port))]);
        var last = -1;
        do
        {
            var all = await reader.ReadAllAsync();
            Assert.True(all.Version.Version >= last, $"version {all.Version.Version} after {last}");
            // Rows and version come from one moment: every insert adds one to both.
            Assert.Equal(all.Version.Version - start, all.Members.Count);
            last = all.Version.Version;
        }
        while (!writing.IsCompleted);

        await writing;
    }

    [Fact]
    public async Task InsertRow_Ipv6AndLongNames_RoundTrip()
    {
        var table = await OpenAsync();
        var entry = Entry(1);
        entry.SiloAddress = SiloAddress.New(IPAddress.Parse("fd00::12:34"), 9999, 7);
        entry.HostName = new string('h', 200);
        entry.SiloName = "a silo's \"name\" with @parameter, Ümlaut and ;";
        await InsertAsync(table, entry);
        AssertSame(entry, Assert.Single((await table.ReadRowAsync(entry.SiloAddress)).Members).Item1);
    }

    protected static SiloAddress Address(int port, int generation = 1) => SiloAddress.New(IPAddress.Loopback, port, generation);

    protected static MembershipEntry Entry(int port, SiloStatus status = SiloStatus.Joining) => new()
    {
        SiloAddress = Address(port),
        Status = status,
        SiloName = $"silo {port}",
        HostName = "host",
        ProxyPort = port + 1,
        StartTime = Start,
        IAmAliveTime = Start,
        SuspectTimes = [],
    };

    /// <summary>Inserts each, reading anew whenever another writer was faster.</summary>
    private protected static async Task InsertAsync(IMembershipTable table, params MembershipEntry[] entries)
    {
        foreach (var entry in entries)
        {
            while (!await table.InsertRowAsync(entry, (await table.ReadAllAsync()).Version.Next()))
            {
            }
        }
    }

    private static async Task<(MembershipEntry Entry, string Etag, TableVersion Version)> RowAsync(IMembershipTable table, int port)
    {
        var all = await table.ReadAllAsync();
        var (entry, etag) = Assert.Single(all.Members, member => member.Item1.SiloAddress.Equals(Address(port)));
        return (entry, etag, all.Version);
    }

    private static void AssertSame(MembershipEntry expected, MembershipEntry actual)
    {
        Assert.Equal(expected.SiloAddress, actual.SiloAddress);
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(expected.SiloName, actual.SiloName);
        Assert.Equal(expected.HostName, actual.HostName);
        Assert.Equal(expected.ProxyPort, actual.ProxyPort);
        Assert.Equal(expected.StartTime, actual.StartTime, TimeSpan.FromMilliseconds(1));
        Assert.Equal(expected.IAmAliveTime, actual.IAmAliveTime, TimeSpan.FromMilliseconds(1));
        Assert.Equal(expected.SuspectTimes?.Select(suspect => (suspect.Item1, suspect.Item2)) ?? [],
            actual.SuspectTimes?.Select(suspect => (suspect.Item1, suspect.Item2)) ?? []);
    }
}
