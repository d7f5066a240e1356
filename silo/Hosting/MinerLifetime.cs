using System.Runtime.InteropServices;
using P2PMiner.Silo.Service;
using Serilog.Core;
using Serilog.Events;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Ctrl-C and SIGTERM stop the node cleanly; a second one ends the process at once. SIGHUP reads the pools again where a service manager started the
/// process. Elsewhere it keeps its first meaning, that the terminal was closed, and ends the process.
/// </summary>
internal sealed class MinerLifetime(IHostApplicationLifetime application, LoggingLevelSwitch others, ServiceManager manager, PoolReload reload)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _seen;

    public Task WaitForStartAsync(CancellationToken cancellation)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop));
        if (manager.IsThere)
        {
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void Reload(PosixSignalContext signal)
    {
        signal.Cancel = true;
        reload.Request();
    }

    private void Stop(PosixSignalContext signal)
    {
        // Left uncancelled, the second signal does what the system does by default: it ends the process.
        signal.Cancel = Interlocked.Increment(ref _seen) == 1;
        if (signal.Cancel)
        {
            // What a silo logs when it is cut short, with stack traces, is no news to the person who stopped it.
            others.MinimumLevel = LogEventLevel.Fatal;
            application.StopApplication();
        }
    }
}
