using System.Globalization;

namespace P2PMiner.Silo.Membership;

/// <summary>The whole membership table at one version.</summary>
internal sealed record TableSnapshot(int Version, IReadOnlyList<SiloRow> Rows)
{
    public const int MaxRows = 4096;

    /// <summary>Room above for everything a cluster will ever write: a forged version must not exhaust the counter.</summary>
    public const int MaxVersion = 2_000_000_000;

    public static TableSnapshot Of(MembershipTableData table)
        => new(table.Version.Version, [.. table.Members.Select(member => SiloRow.Of(member.Item1))]);

    /// <summary>With the version as every row's etag, which is what Orleans' AdoNet table compares.</summary>
    public MembershipTableData ToTable()
    {
        var etag = Version.ToString(CultureInfo.InvariantCulture);
        return new([.. Rows.Select(row => Tuple.Create(row.ToEntry(), etag))], new TableVersion(Version, etag));
    }

    public SiloRow? Find(WireSilo silo) => Rows.FirstOrDefault(row => row.Silo == silo);

    /// <summary>This table after a write of <paramref name="row"/> that made it <paramref name="version"/>.</summary>
    public TableSnapshot With(SiloRow row, int version)
        => new(Math.Max(version, Version), [.. Rows.Where(other => other.Silo != row.Silo), row]);

    /// <exception cref="TableProtocolException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        TableProtocolException.Unless(Version is >= 0 and <= MaxVersion, "a table's version is out of range");
        TableProtocolException.Unless(Rows.Count <= MaxRows, "a table has too many rows");
        foreach (var row in Rows)
        {
            TableProtocolException.Unless(row is not null, "a table has an empty row");
            row!.Validate();
        }

        TableProtocolException.Unless(Rows.DistinctBy(row => row.Silo).Count() == Rows.Count, "a table has a silo twice");
    }
}
