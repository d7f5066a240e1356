namespace P2PMiner.Silo.Membership;

/// <summary>
/// The table of a silo that was cut off from the real one: its own copy, which accepts all that it writes. If it were refused, it would go
/// on trying for half a minute. Thread-safe.
/// </summary>
/// <param name="table">The last one it knew.</param>
internal sealed class FarewellTable(TableSnapshot table)
{
    private readonly Lock _gate = new();
    private TableSnapshot _table = table;

    public TableAnswer Answer(TableRequest request)
    {
        lock (_gate)
        {
            var shown = _table;
            switch (request)
            {
                case TableRequest.InsertRow insert:
                    _table = shown.With(insert.Row, insert.ReadVersion + 1);
                    break;
                case TableRequest.UpdateRow update:
                    _table = shown.With(update.Row, update.ReadVersion + 1);
                    break;
                case TableRequest.ReadRow read:
                    shown = new(shown.Version, [.. shown.Rows.Where(row => row.Silo == read.Silo)]);
                    break;
            }

            return new(TableOutcome.Done, 0, shown);
        }
    }
}
