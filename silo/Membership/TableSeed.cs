namespace P2PMiner.Silo.Membership;

/// <summary>Makes a new master's table from what the reachable nodes know.</summary>
internal static class TableSeed
{
    /// <summary>More writes than a dead master can have acknowledged without any surviving node having read one of them.</summary>
    private const int VersionGap = 10;

    /// <summary>A new table's version is at least this far from the last possible one.</summary>
    private const int Room = CounterLimit.MaxStep;

    /// <param name="known">What each node, this one too, last knew, and which row is its own silo's.</param>
    /// <param name="versionInFile">Of the new master's own file, whatever wrote it.</param>
    public static TableSnapshot Make(IReadOnlyCollection<(TableSnapshot? Table, WireSilo? Own)> known, int versionInFile)
    {
        var best = known.Select(node => node.Table).MaxBy(table => table?.Version ?? -1);
        var rows = best?.Rows.ToDictionary(row => row.Silo) ?? [];
        foreach (var (table, own) in known)
        {
            // A silo that misses itself in a newer table ends its process, so each is in; one that is in as dead stays dead and rejoins anew.
            if (own is not null && table?.Find(own) is { } row)
            {
                rows.TryAdd(own, row);
            }
        }

        // Strictly above every version that any silo may have seen: Orleans ignores a table that is not newer than its own. Where versions have come to
        // their end, they begin anew with an empty table: each silo is then absent, so its host is rebuilt and knows no version.
        var version = Math.Max(best?.Version ?? 0, versionInFile) + (long)VersionGap;
        return version <= TableSnapshot.MaxVersion - Room ? new((int)version, [.. rows.Values]) : new(VersionGap, []);
    }
}
