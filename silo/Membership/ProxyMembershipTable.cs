using System.Globalization;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// The table as one silo sees it: whoever is master serves it, and a call waits, cancellable, until one answers. Throwing instead would
/// send Orleans into back-offs of seconds, each time the master changes. Belongs to one silo host; <see cref="Fence"/> ends it.
/// </summary>
/// <param name="self">The silo that uses this table; null: none in particular.</param>
internal sealed class ProxyMembershipTable(
    Mastership mastership, TableServer local, MutualTls tls, SiloView view, TimeProvider clock, ILogger<ProxyMembershipTable> log, WireSilo? self = null)
    : AsyncMembershipTable, IAsyncDisposable
{
    /// <summary>A master that has not answered by then hangs; the one after it is found by the election, not here.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Each lost to a write that got through, so with fewer silos than this joining at once one of the attempts is enough.</summary>
    private const int MaxRebases = 64;

    private readonly TableConnection _connection = new(tls);
    private readonly CancellationTokenSource _fence = new();
    private readonly Lock _gate = new();
    private ulong _readTerm;
    private int _shownVersion;
    private Task _inserting = Task.CompletedTask;
    private Master? _silent;
    private TableSnapshot? _farewell;

    /// <summary>The host is being taken down or was: nothing reaches the table from here any more.</summary>
    public bool IsFenced => _fence.IsCancellationRequested;

    /// <summary>
    /// Cuts this table off for good, calls that wait included. To be called before the host is stopped: a stopped silo still writes its
    /// state, late and again and again, and would put a row back that is no more. From here on the silo talks to a copy of its own:
    /// refused, it would go on trying for half a minute.
    /// </summary>
    public void Fence()
    {
        Interlocked.CompareExchange(ref _farewell, view.Current.Table ?? new TableSnapshot(0, []), null);
        _fence.Cancel();
    }

    public ValueTask DisposeAsync()
    {
        Fence();
        return _connection.DisposeAsync();
    }

    public override Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default) => ReadAllAsync(cancellationToken);

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
    /// Hands the silo a table, but none that was read before the end of an insert that is under way. A silo whose row is missing from a
    /// version later than the one that it believes to have made takes itself for dead.
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
                // The silo has read on since. In what it read it is missing, so that this insert, done, would be its death; it comes again.
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
                // A silo inserts no row but its own.
                view.SetOwn(row.Silo);
            }

            return done;
        }
        finally
        {
            inserted.SetResult();
        }
    }

    public override async Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
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
    /// <param name="before">The row that it was based on; null: none. Is it another now, as when somebody has declared the silo dead, the conflict stands.</param>
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
            while (true)
            {
                var master = await mastership.NextAsync(null, end.Token);
                // Of this master only: a call to one that hangs must not outlast its reign.
                using var attempt = CancellationTokenSource.CreateLinkedTokenSource(end.Token, mastership.EndOf(master));
                if (await TryAskAsync(master, request(master.Term), attempt.Token) is { } answer)
                {
                    _silent = null;
                    return answer;
                }

                await Task.Delay(Pause, clock, attempt.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                end.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (_fence.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Farewell(request(0));
        }
    }

    /// <summary>Answers a silo that is cut off, from its own copy.</summary>
    private TableAnswer Farewell(TableRequest request)
    {
        lock (_connection)
        {
            var table = _farewell!;
            switch (request)
            {
                case TableRequest.InsertRow insert:
                    _farewell = table.With(insert.Row, insert.ReadVersion + 1);
                    break;
                case TableRequest.UpdateRow update:
                    _farewell = table.With(update.Row, update.ReadVersion + 1);
                    break;
                case TableRequest.ReadRow read:
                    table = new(table.Version, [.. table.Rows.Where(row => row.Silo == read.Silo)]);
                    break;
            }

            return new(TableOutcome.Done, 0, table);
        }
    }

    /// <summary>Null: no answer that counts.</summary>
    private async Task<TableAnswer?> TryAskAsync(Master master, TableRequest request, CancellationToken cancellation)
    {
        string reason;
        try
        {
            using var limit = new CancellationTokenSource(CallLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            var answer = await (master.IsSelf ? local.HandleAsync(request, either.Token)
                : _connection.AskAsync(new(master.Node, master.TablePort), request, either.Token));
            TableProtocolException.Unless(!CounterLimit.IsLeap(answer.Term, master.Term), $"its term {answer.Term} is further ahead than any honest one can be");
            if (answer.Outcome is TableOutcome.Done or TableOutcome.Conflict && answer.Term >= master.Term)
            {
                // Without a table of its own this node must believe the master: the table may be of any age.
                TableProtocolException.Unless(view.Current.Table is not { } seen || !CounterLimit.IsLeap(answer.Table?.Version ?? 0, seen.Version),
                    $"version {answer.Table?.Version} of its table is further ahead than any honest one can be");
                TableProtocolException.Unless(answer.Table is not null || request is not (TableRequest.ReadAll or TableRequest.ReadRow), "an answer lacks its table");
                return answer;
            }

            reason = "it does not serve the table";
        }
        catch (Exception error) when (TableFailure.IsNoAnswer(error))
        {
            reason = error is OperationCanceledException ? "it hangs" : error.Message;
        }

        if (!cancellation.IsCancellationRequested && _silent != master)
        {
            // Once for each master: the calls go on every 150 ms until it, or another, answers.
            _silent = master;
            log.NoMaster(master.Node.Short, master.Term, reason);
        }

        return null;
    }
}
