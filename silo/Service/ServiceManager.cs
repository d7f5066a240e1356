using System.Collections;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;

namespace P2PMiner.Silo.Service;

/// <summary>
/// Whoever started this process as a service: systemd, or a program that speaks as it does (sd_notify). Of Microsoft.Extensions.Hosting.Systemd only the
/// notifier is used. Its host lifetime would take the place of ours, by which a second signal ends the process at once, and would say READY when the
/// parts of the program have started, seconds or minutes before hashing can begin. Any thread.
/// </summary>
/// <param name="isThere">See <see cref="IsThere"/>.</param>
internal sealed class ServiceManager(ISystemdNotifier notifier, bool isThere, ILogger<ServiceManager> log)
{
    private const int MaxStatusChars = 200;

    private int _isReady;
    private int _hasFailed;

    /// <summary>A service manager started this process, so SIGHUP asks it to read its settings again.</summary>
    public bool IsThere => isThere;

    /// <summary>It wants to be told how the service stands.</summary>
    public bool Listens => notifier.IsEnabled;

    public bool IsReady => Volatile.Read(ref _isReady) == 1;

    /// <summary>
    /// By the variables that systemd gives to its services. Programs that a service starts inherit them, such as the shell in the window of a desktop that
    /// systemd runs; they have a terminal, and a service has none.
    /// </summary>
    public static bool HasStarted(IDictionary environment, Func<bool> hasTerminal)
        => (environment["NOTIFY_SOCKET"] is string { Length: > 0 } || environment["INVOCATION_ID"] is string { Length: > 0 }) && !hasTerminal();

    /// <summary>This process has a terminal whose end it would be told by SIGHUP.</summary>
    public static bool HasTerminal()
    {
        // Its name, the second field, may hold blanks and parentheses. The fifth after it is the terminal, 0 for none: proc(5), tty_nr.
        var stat = File.ReadAllText("/proc/self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[4], CultureInfo.InvariantCulture) != 0;
    }

    /// <param name="status">One line for people.</param>
    public void Ready(string status)
    {
        Volatile.Write(ref _isReady, 1);
        Tell("READY=1", Line(status));
    }

    public void Status(string status) => Tell(Line(status));

    /// <summary>Still busy with the start: it must not be given up yet.</summary>
    /// <param name="time">How long that is to hold.</param>
    public void Starting(string status, TimeSpan time)
        => Tell(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)time.TotalMicroseconds}"), Line(status));

    public void Stopping() => Tell("STOPPING=1", Line("stopping"));

    /// <summary>To be disposed when the settings have been read.</summary>
    public IDisposable? Reloading()
    {
        // A service that reloads before it was ready would become ready by the end of that.
        if (!IsReady)
        {
            return null;
        }

        Tell("RELOADING=1");
        return new Reload(this);
    }

    private static string Line(string status) => $"STATUS={OutsideText.Clean(status, MaxStatusChars)}";

    private void Tell(params IEnumerable<string> assignments)
    {
        if (!Listens)
        {
            return;
        }

        try
        {
            notifier.Notify(new(string.Join('\n', assignments)));
        }
        catch (SocketException error)
        {
            if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
            {
                log.NotNotified(error.Message);
            }
        }
    }

    private sealed class Reload(ServiceManager manager) : IDisposable
    {
        public void Dispose() => manager.Tell("READY=1");
    }
}
