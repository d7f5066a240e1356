using System.Globalization;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// This node's part in the table: as master it serves the file to all silos, else it only tells a new master what it knows. One operation at
/// a time, so that a hand-over falls between two of them: nothing is acknowledged after the copy was taken. Thread-safe.
/// </summary>
internal sealed class TableServer(SqliteMembershipTable table, SiloView view, Mastership mastership, ILogger<TableServer> log) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ulong? _serving;
    private ulong _highest;

    public void Dispose() => _gate.Dispose();

    /// <summary>Does what <paramref name="request"/> asks for. It must have been validated.</summary>
    /// <exception cref="TableProtocolException">
    /// Its term, or the generation of a silo in it, is further ahead than an honest one can be.
    /// </exception>
    public async Task<TableAnswer> HandleAsync(TableRequest request, CancellationToken cancellation)
    {
        TableAnswer answer;
        bool isNews;
        await _gate.WaitAsync(cancellation);
        try
        {
            TableProtocolException.Unless(!IsLeap(request.Term), $"term {request.Term} is further ahead than any honest one can be");
            isNews = request.Term > _highest;
            if (request.Term > _serving)
            {
                // Some node knows a later master: from now on, this table is out of date.
                await StopAsync(request.Term, cancellation);
            }

            _highest = Math.Max(_highest, request.Term);
            answer = request is TableRequest.HandOver ? HandOver(request.Term)
                : _serving is { } term ? await OperateAsync(request, term, cancellation)
                : new(TableOutcome.NotMaster, _highest);
        }
        finally
        {
            _gate.Release();
        }

        if (isNews)
        {
            // Outside of the lock, as below: the election decides at once.
            mastership.Learn(request.Term);
        }

        return answer;
    }

    /// <summary>Another node is master, in <paramref name="term"/>: stops serving any table of an earlier term.</summary>
    public async Task YieldAsync(ulong term, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            await StopAsync(term, cancellation);
            _highest = Math.Max(_highest, term);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Becomes master in <paramref name="term"/>: collects what the peers know, writes the new table in one step, then serves.</summary>
    /// <param name="ask">Sends a hand-over request to a peer and gives its answer; throws when there is none.</param>
    /// <returns>False: a higher term was met; the election must decide anew.</returns>
    public async Task<bool> TakeOverAsync(
        ulong term, IReadOnlyList<TablePeer> peers, Func<TablePeer, TableRequest.HandOver, Task<TableAnswer>> ask, CancellationToken cancellation)
    {
        if (await IsServingAsync(term, cancellation))
        {
            // Seeding again would take back what was written since.
            return true;
        }

        await YieldAsync(term, cancellation);
        var answers = await Task.WhenAll(peers.Select(peer => AskAsync(peer, term, ask)));
        cancellation.ThrowIfCancellationRequested();

        var higher = answers.Max(answer => answer?.Answer.Term) ?? 0;
        await _gate.WaitAsync(cancellation);
        try
        {
            _highest = Math.Max(_highest, higher);
            if (_highest == term)
            {
                var versionInFile = (await table.SnapshotAsync(cancellation)).Version;
                var known = WithoutLeaps([.. answers.OfType<(TablePeer, TableAnswer)>()], versionInFile);
                var seed = TableSeed.Make([.. known, view.Current], versionInFile);
                await table.ReplaceAsync(seed, cancellation);
                _serving = term;
                log.Serving(term, seed.Version, Silos(seed.Rows.Count), known.Count + 1, peers.Count + 1);
                return true;
            }

            higher = _highest;
        }
        finally
        {
            _gate.Release();
        }

        mastership.Learn(higher);
        return false;
    }

    private async Task<bool> IsServingAsync(ulong term, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        var serving = _serving == term;
        _gate.Release();
        return serving;
    }

    private async Task<(TablePeer Peer, TableAnswer Answer)?> AskAsync(
        TablePeer peer, ulong term, Func<TablePeer, TableRequest.HandOver, Task<TableAnswer>> ask)
    {
        try
        {
            var answer = await ask(peer, new(term));
            if (!CounterLimit.IsLeap(answer.Term, Math.Max(term, mastership.HighestTerm)))
            {
                return (peer, answer);
            }

            log.NotHandedOver(peer.Node.Short, $"its term {answer.Term} is further ahead than any honest one can be");
            return null;
        }
        catch (TableProtocolException error) when (error.IsOfOtherVersion)
        {
            log.OtherVersion(peer.Node.Short, peer.TablePort.Address, error.Message);
            return null;
        }
        catch (Exception error) when (TableFailure.IsNoAnswer(error))
        {
            log.NotHandedOver(peer.Node.Short, error.Message);
            return null;
        }
    }

    private bool IsLeap(ulong term) => CounterLimit.IsLeap(term, Math.Max(_highest, mastership.HighestTerm));

    /// <summary>
    /// The tables handed over, but none whose version leaps above the highest that this node knows: seeded from it, all would count on from
    /// there. A version is also known if a second node has it: a node that has just started must be able to take over a table of any age.
    /// </summary>
    private List<(TableSnapshot? Table, WireSilo? Own)> WithoutLeaps(IReadOnlyList<(TablePeer Peer, TableAnswer Answer)> answers, int versionInFile)
    {
        var done = answers.Where(answer => answer.Answer.Outcome == TableOutcome.Done).ToList();
        int[] versions = [view.Current.Table?.Version ?? 0, .. done.Select(answer => answer.Answer.Table?.Version ?? 0)];
        var known = Math.Max(Math.Max(versions[0], versionInFile), versions.OrderDescending().Skip(1).FirstOrDefault());
        foreach (var (peer, answer) in done.Where(answer => IsLeap(answer.Answer)))
        {
            log.NotHandedOver(peer.Node.Short,
                $"version {answer.Table!.Version} of its table is further ahead than any honest one can be; the highest known is {known}");
        }

        return [.. done.Where(answer => !IsLeap(answer.Answer)).Select(answer => (answer.Answer.Table, answer.Answer.Own))];

        bool IsLeap(TableAnswer answer) => answer.Table is { } table && CounterLimit.IsLeap(table.Version, known);
    }

    private TableAnswer HandOver(ulong term)
    {
        if (_serving is not null || term < _highest)
        {
            return new(TableOutcome.OldTerm, _highest);
        }

        var (known, own) = view.Current;
        return new(TableOutcome.Done, _highest, known, own);
    }

    private static string Silos(int rows) => rows switch { 0 => "no silo yet", 1 => "1 silo", _ => string.Create(CultureInfo.InvariantCulture, $"{rows} silos") };

    private async Task StopAsync(ulong term, CancellationToken cancellation)
    {
        if (_serving is { } served && served < term)
        {
            view.Read(await table.SnapshotAsync(cancellation), served);
            _serving = null;
            log.Stopped(served, term);
        }
    }

    private async Task<TableAnswer> OperateAsync(TableRequest request, ulong term, CancellationToken cancellation)
    {
        switch (request)
        {
            case TableRequest.ReadAll:
                return new(TableOutcome.Done, term, await table.SnapshotAsync(cancellation));

            case TableRequest.ReadRow read:
                return new(TableOutcome.Done, term, TableSnapshot.Of(await table.ReadRowAsync(read.Silo.ToSiloAddress(), cancellation)));

            case TableRequest.InsertRow insert:
                CheckGeneration(insert.Row.Silo);
                TableProtocolException.Unless(
                    (await table.SnapshotAsync(cancellation)).Rows.Count < TableSnapshot.MaxRows,
                    "the table has no room for another silo; rows of dead ones go in time");
                return Written(insert.ReadTerm == term
                    && await table.InsertRowAsync(insert.Row.ToEntry(), Next(insert.ReadVersion), cancellation));

            case TableRequest.UpdateRow update:
                // As the row's etag Orleans 10.4.2's table takes the version's; any other is refused silently.
                return Written(update.ReadTerm == term
                    && await table.UpdateRowAsync(update.Row.ToEntry(), Etag(update.ReadVersion), Next(update.ReadVersion), cancellation));

            case TableRequest.UpdateIAmAlive alive:
                await table.UpdateIAmAliveAsync(new() { SiloAddress = alive.Silo.ToSiloAddress(), IAmAliveTime = alive.Time }, cancellation);
                return new(TableOutcome.Done, term);

            case TableRequest.CleanUp clean:
                await table.CleanupDefunctSiloEntriesAsync(clean.Before, cancellation);
                return new(TableOutcome.Done, term);

            case TableRequest.DeleteAll:
                // The version increases: silos ignore a table that is not newer than the one they saw.
                await table.ReplaceAsync(new((await table.SnapshotAsync(cancellation)).Version + 1, []), cancellation);
                return new(TableOutcome.Done, term);

            default:
                throw new ArgumentException($"{request.GetType().Name} is no operation on the table", nameof(request));
        }

        TableAnswer Written(bool done) => new(done ? TableOutcome.Done : TableOutcome.Conflict, term);
    }

    /// <summary>
    /// Orleans makes generations from the clock, in seconds. A silo cannot start while the table has a later one of its address.
    /// </summary>
    private static void CheckGeneration(WireSilo silo) => TableProtocolException.Unless(
        !CounterLimit.IsLeap(silo.Generation, SiloAddress.AllocateNewGeneration()), $"a silo's generation, {silo.Generation}, is far in the future");

    private static string Etag(int version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>As Orleans asks for a write: the version to be, and as etag the version that must be there still.</summary>
    private static TableVersion Next(int version) => new(version + 1, Etag(version));
}
