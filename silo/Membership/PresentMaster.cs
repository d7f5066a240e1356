using P2PMiner.Security;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// The table of the current master, at this node or another. A call waits, cancellable, until a master answers: throwing instead would send
/// Orleans into back-offs of seconds, each time the master changes. Thread-safe.
/// </summary>
/// <param name="local">Serves when this node is master.</param>
/// <param name="view">What this node knows of the table: an answer far ahead of it is not believed.</param>
internal sealed class PresentMaster(Mastership mastership, TableServer local, MutualTls tls, SiloView view, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    /// <summary>A master that has not answered by then hangs; the election finds its successor, not this class.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly TableConnection _connection = new(tls);
    private Master? _silent;

    /// <param name="request">Made anew for each master, with its term.</param>
    public async Task<TableAnswer> AskAsync(Func<ulong, TableRequest> request, CancellationToken cancellation)
    {
        while (true)
        {
            var master = await mastership.NextAsync(null, cancellation);

            // Of this master only: a call to one that hangs must not outlast its reign.
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellation, mastership.EndOf(master));
            if (await TryAskAsync(master, request(master.Term), attempt.Token) is { } answer)
            {
                _silent = null;
                return answer;
            }

            await Task.Delay(Pause, clock, attempt.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Null: no valid answer.</summary>
    private async Task<TableAnswer?> TryAskAsync(Master master, TableRequest request, CancellationToken cancellation)
    {
        string reason;
        var isOfOtherVersion = false;
        try
        {
            using var limit = new CancellationTokenSource(CallLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            var answer = await (master.IsSelf ? local.HandleAsync(request, either.Token)
                : _connection.AskAsync(new(master.Node, master.TablePort), request, either.Token));
            TableProtocolException.Unless(
                !CounterLimit.IsLeap(answer.Term, master.Term), $"its term {answer.Term} is further ahead than any honest one can be");
            if (answer.Outcome is TableOutcome.Done or TableOutcome.Conflict && answer.Term >= master.Term)
            {
                // Without a table of its own this node must believe the master: the table may be of any age.
                TableProtocolException.Unless(view.Current.Table is not { } seen || !CounterLimit.IsLeap(answer.Table?.Version ?? 0, seen.Version),
                    $"version {answer.Table?.Version} of its table is further ahead than any honest one can be");
                TableProtocolException.Unless(
                    answer.Table is not null || request is not (TableRequest.ReadAll or TableRequest.ReadRow), "an answer lacks its table");
                return answer;
            }

            reason = "it does not serve the table";
        }
        catch (Exception error) when (TableFailure.IsNoAnswer(error))
        {
            reason = error is OperationCanceledException ? "it hangs" : error.Message;
            isOfOtherVersion = error is TableProtocolException { IsOfOtherVersion: true };
        }

        if (!cancellation.IsCancellationRequested && _silent != master)
        {
            // Once for each master: the calls go on every 150 ms until it, or another, answers.
            _silent = master;
            if (isOfOtherVersion)
            {
                log.OtherVersion(master.Node.Short, master.TablePort.Address, reason);
            }
            else if (master.IsSelf)
            {
                // Between the election and the end of the take-over, which has lines of its own.
                log.NotServingYet(master.Term, reason);
            }
            else
            {
                log.NoMaster(master.Node.Short, master.Term, reason);
            }
        }

        return null;
    }
}
