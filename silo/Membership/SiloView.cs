namespace P2PMiner.Silo.Membership;

/// <summary>
/// What this node last read of the table, with its own writes since, and which row is its own silo's. A new master is seeded from these.
/// Outlives the silo's host. Thread-safe.
/// </summary>
internal sealed class SiloView
{
    private readonly Lock _gate = new();
    private ulong _term;
    private TableSnapshot? _table;
    private WireSilo? _own;

    /// <summary>Null: nothing was read yet, or no silo of this node is in the table.</summary>
    public (TableSnapshot? Table, WireSilo? Own) Current
    {
        get { lock (_gate) return (_table, _own); }
    }

    /// <summary>
    /// Stores an answer of the master of <paramref name="term"/>. If answers overtook each other, the latest table stays.
    /// </summary>
    public void Read(TableSnapshot table, ulong term)
    {
        lock (_gate)
        {
            if (_table is null || term > _term || (term == _term && table.Version >= _table.Version))
            {
                (_term, _table) = (term, table);
            }
        }
    }

    /// <summary>Takes a write that the master of <paramref name="term"/> has acknowledged to this node, which no read may show any more.</summary>
    public void Wrote(SiloRow row, int version, ulong term)
    {
        lock (_gate)
        {
            if (_table is null || term >= _term)
            {
                (_term, _table) = (term, (_table ?? new TableSnapshot(0, [])).With(row, version));
            }
        }
    }

    /// <summary>This node's silo is in the table now.</summary>
    public void SetOwn(WireSilo silo)
    {
        lock (_gate)
        {
            _own = silo;
        }
    }

    /// <summary>The silo is being taken down: the next one's row will be another.</summary>
    public void ForgetOwn()
    {
        lock (_gate)
        {
            _own = null;
        }
    }
}
