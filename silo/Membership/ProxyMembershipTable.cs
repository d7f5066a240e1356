using System.Globalization;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// The table as one silo sees it: that of <see cref="PresentMaster"/>, in an order that Orleans can live with when several silos write at once. Belongs to one
/// silo host; <see cref="Fence"/> ends it.
/// </summary>
/// <param name="self">The silo that uses this table; null: none in particular.</param>
internal sealed class ProxyMembershipTable(PresentMaster master, SiloView view, WireSilo? self = null) : AsyncMembershipTable, IAsyncDisposable
{
    /// <summary>
    /// Each attempt is lost to a write that got through, so if fewer silos than this join at once, one of the attempts succeeds.
    /// </summary>
    private const int MaxRebases = 64;

    private readonly CancellationTokenSource _fence = new();
    private readonly Lock _gate = new();
    private ulong _readTerm;
    private int _shownVersion;
    private Task _inserting = Task.CompletedTask;
    private FarewellTable? _farewell;

    /// <summary>The host is being taken down or was: nothing reaches the table from here any more.</summary>
    public bool IsFenced => _fence.IsCancellationRequested;

    /// <summary>
    /// Cuts this table off for good, calls that wait included. To be called before the host is stopped: a stopped silo still writes its
    /// state, late and again and again, and would put a row back that is no more. From here on the silo talks to a
    /// <see cref="FarewellTable"/>.
    /// </summary>
    public void Fence()
    {
        Interlocked.CompareExchange(ref _farewell, new(view.Current.Table ?? new TableSnapshot(0, [])), null);
        _fence.Cancel();
    }

    public ValueTask DisposeAsync()
    {
        Fence();
        return master.DisposeAsync();
    }

    public override Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default)
        => ReadAllAsync(cancellationToken);

    public override Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default)
        => AskAsync(term => new TableRequest.DeleteAll(term), cancellationToken);

    public override Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
        => AskAsync(term => new TableRequest.CleanUp(term, beforeDate), cancellationToken);

    public override Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default) => ShowAsync(async () =>
    {
        var answer = await AskAsync(term => new TableRequest.ReadRow(term, WireSilo.Of(key)), cancellationToken);
        Volatile.Write(ref _readTerm, answer.Term);
        return answer.Table!;
    }, cancellationToken);

    public override Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default)
        => ShowAsync(async () => (await ReadAsync(cancellationToken)).Table, cancellationToken);

    /// <summary>
    /// Hands the silo a table, but none that was read before the end of an insert that is under way. A silo that misses its row in a later
    /// version than the one it believes it made considers itself dead.
    /// </summary>
    private async Task<MembershipTableData> ShowAsync(Func<Task<TableSnapshot>> read, CancellationToken cancellation)
    {
        while (true)
        {
            var inserting = Volatile.Read(ref _inserting);
            await inserting.WaitAsync(cancellation);
            var table = await read();
            lock (_gate)
            {
                if (_inserting == inserting)
                {
                    _shownVersion = Math.Max(_shownVersion, table.Version);
                    return table.ToTable();
                }
            }
        }
    }

    /// <summary>The whole table and the term it is of. Not for the silo, which gets its tables by <see cref="ShowAsync"/>.</summary>
    public async Task<(TableSnapshot Table, ulong Term)> ReadAsync(CancellationToken cancellation)
    {
        var answer = await AskAsync(term => new TableRequest.ReadAll(term), cancellation);
        Volatile.Write(ref _readTerm, answer.Term);
        if (!IsFenced)
        {
            view.Read(answer.Table!, answer.Term);
        }

        return (answer.Table!, answer.Term);
    }

    public override async Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default)
    {
        var (readVersion, row) = (ReadVersion(tableVersion), SiloRow.Of(entry));
        var inserted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_shownVersion > readVersion)
            {
                // The silo has read a later table since, in which it is missing, so this insert, if made, would be its death; it will try
                // again.
                return false;
            }

            _inserting = inserted.Task;
        }

        try
        {
            var readTerm = Volatile.Read(ref _readTerm);
            var done = await WriteAsync((term, version) => new TableRequest.InsertRow(term, readTerm, version, row), row, readVersion, cancellationToken)
                || await RebaseAsync(
                    row, null, (term, table) => new TableRequest.InsertRow(term, Volatile.Read(ref _readTerm), table.Version, row), cancellationToken);
            if (done && !IsFenced)
            {
                // A silo inserts only its own row.
                view.SetOwn(row.Silo);
            }

            return done;
        }
        finally
        {
            inserted.SetResult();
        }
    }

    public override async Task<bool> UpdateRowAsync(
        MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
    {
        var (readTerm, readVersion, row) = (Volatile.Read(ref _readTerm), ReadVersion(tableVersion), SiloRow.Of(entry));
        var before = view.Current.Table?.Find(row.Silo);
        return etag == tableVersion.VersionEtag
            && (await WriteAsync((term, version) => new TableRequest.UpdateRow(term, readTerm, version, row), row, readVersion, cancellationToken)
                || (before is not null && await RebaseAsync(
                    row, before, (term, table) => new TableRequest.UpdateRow(term, Volatile.Read(ref _readTerm), table.Version, row), cancellationToken)));
    }

    public override Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default)
        => AskAsync(term => new TableRequest.UpdateIAmAlive(term, WireSilo.Of(entry.SiloAddress), SiloRow.Of(entry).IAmAliveTime), cancellationToken);

    /// <summary>Orleans hands over the version to be, with the etag of the one that it has read.</summary>
    private static int ReadVersion(TableVersion next) => int.Parse(next.VersionEtag, CultureInfo.InvariantCulture);

    /// <summary>
    /// A silo's write of its own row that another write has overtaken, made again on the table as it is now: what others wrote of themselves takes nothing
    /// from it. Else silos that join together would overtake each other, and Orleans waits for seconds after each conflict.
    /// </summary>
    /// <param name="before">
    /// The row that it was based on; null: none. If the row has changed, as when the silo was declared dead, the conflict stands.
    /// </param>
    private async Task<bool> RebaseAsync(SiloRow row, SiloRow? before, Func<ulong, TableSnapshot, TableRequest> request, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MaxRebases && row.Silo == self && !IsFenced; attempt++)
        {
            var (table, _) = await ReadAsync(cancellation);
            if (before?.Status == SiloStatus.Dead || table.Find(row.Silo)?.Status != before?.Status)
            {
                return false;
            }

            if (await WriteAsync((term, _) => request(term, table), row, table.Version, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> WriteAsync(Func<ulong, int, TableRequest> request, SiloRow row, int readVersion, CancellationToken cancellation)
    {
        var answer = await AskAsync(term => request(term, readVersion), cancellation);
        if (answer.Outcome == TableOutcome.Done && !IsFenced)
        {
            view.Wrote(row, readVersion + 1, answer.Term);
        }

        return answer.Outcome == TableOutcome.Done;
    }

    private async Task<TableAnswer> AskAsync(Func<ulong, TableRequest> request, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _fence.Token);
        try
        {
            return await master.AskAsync(request, end.Token);
        }
        catch (OperationCanceledException) when (_fence.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return _farewell!.Answer(request(0));
        }
    }
}
