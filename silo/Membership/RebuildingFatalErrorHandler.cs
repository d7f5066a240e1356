namespace P2PMiner.Silo.Membership;

/// <summary>When a silo dies, Orleans would end the process; this asks for a new host instead. For one host.</summary>
internal sealed class RebuildingFatalErrorHandler(HostRebuilds rebuilds, Func<bool> isTakenDown, ILogger<RebuildingFatalErrorHandler> log) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (!isTakenDown())
        {
            var reason = context is { Length: > 0 } ? context : exception?.Message ?? "Orleans gives no reason";
            log.SiloFailed(reason);
            rebuilds.Request(reason);
        }
    }
}
