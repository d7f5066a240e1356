using CsCheck;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

public class TableSeedTests
{
    private static readonly Gen<(TableSnapshot? Table, WireSilo? Own)> Node =
        Gen.Select(Gen.Int[0, 1000], Gen.Select(Gen.Int[1, 9], Gen.Enum<SiloStatus>()).Array[0, 6], Gen.Int[0, 9], (version, rows, own) => (
            (TableSnapshot?)new TableSnapshot(version, [.. rows.DistinctBy(row => row.Item1).Select(row => Row(row.Item1, row.Item2))]),
            own == 0 ? null : Silo(own)));

    [Fact]
    public void Make_NothingKnown_IsEmptyAndNewerThanTheFile()
    {
        var seed = TableSeed.Make([(null, null)], 44);
        Assert.Empty(seed.Rows);
        Assert.Equal(54, seed.Version);
    }

    [Fact]
    public void Make_OwnRowOnlyInAnOlderTable_IsAdded()
    {
        var seed = TableSeed.Make(
            [(new(20, [Row(1, SiloStatus.Active)]), Silo(1)), (new(5, [Row(2, SiloStatus.Active), Row(3, SiloStatus.Active)]), Silo(2))], 0);
        Assert.Equal([1, 2], seed.Rows.Select(row => row.Silo.Port).Order());
        Assert.Equal(30, seed.Version);
    }

    [Fact]
    public void Make_OwnRowDeadInTheNewerTable_StaysDead()
    {
        var seed = TableSeed.Make([(new(20, [Row(2, SiloStatus.Dead)]), null), (new(5, [Row(2, SiloStatus.Active)]), Silo(2))], 0);
        Assert.Equal(SiloStatus.Dead, Assert.Single(seed.Rows).Status);
    }

    [Fact]
    public void Make_AnyNodes_IsNewerThanAllHoldsTheNewestAndEveryOwnRow() => Gen.Select(Node.Array[1, 6], Gen.Int[0, 1000]).Sample((nodes, file) =>
    {
        var seed = TableSeed.Make(nodes, file);
        seed.Validate();
        Assert.True(seed.Version >= file + 10);
        Assert.All(nodes, node => Assert.True(seed.Version >= node.Table!.Version + 10));
        Assert.All(nodes.Where(node => node.Own is not null && node.Table!.Find(node.Own) is not null), node => Assert.NotNull(seed.Find(node.Own!)));
        var newest = nodes.Max(node => node.Table!.Version);
        Assert.Contains(nodes.Where(node => node.Table!.Version == newest), node => node.Table!.Rows.All(row => seed.Find(row.Silo) == row));
    });

    private static WireSilo Silo(int port) => new("127.0.0.1", port, 1);

    private static SiloRow Row(int port, SiloStatus status) => new(Silo(port), status, "silo", "host", 0, DateTime.UnixEpoch, DateTime.UnixEpoch, []);
}
