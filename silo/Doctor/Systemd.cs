using System.ComponentModel;
using System.Diagnostics;

namespace P2PMiner.Silo.Doctor;

/// <summary>Asks systemd, where it runs.</summary>
internal static class Systemd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="root">Where /run lies; "/" outside tests.</param>
    public static bool IsThere(string root) => Directory.Exists(Path.Combine(root, "run/systemd/system"));

    /// <param name="unit">Such as p2p-miner.service.</param>
    /// <param name="root">Where /run lies; "/" outside tests.</param>
    /// <returns>Null: there is no systemd, or it does not answer.</returns>
    public static async Task<ServiceState?> ServiceAsync(string unit, string root, CancellationToken cancellation)
        => IsThere(root) && await RunAsync("systemctl", ["show", unit, "-p", "LoadState", "-p", "ActiveState", "-p", "UnitFileState"],
            cancellation) is { } output
            ? ServiceState.Parse(output) : null;

    /// <summary>Whether NTP keeps the clock; null: not known.</summary>
    public static async Task<bool?> ClockIsSynchronizedAsync(string root, CancellationToken cancellation)
        => !IsThere(root) ? null : (await RunAsync("timedatectl", ["show", "-p", "NTPSynchronized", "--value"], cancellation))?.Trim() switch
        {
            "yes" => true,
            "no" => false,
            _ => null,
        };

    /// <returns>Its standard output; null: it is not installed, failed, or took too long.</returns>
    private static async Task<string?> RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
            {
                return null;
            }

            try
            {
                // Both, or a full pipe would hold it up.
                _ = process.StandardError.ReadToEndAsync(limit.Token);
                var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode == 0 ? output : null;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                process.Kill();
                return null;
            }
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
