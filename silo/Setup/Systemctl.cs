using System.ComponentModel;
using System.Diagnostics;

namespace P2PMiner.Silo.Setup;

/// <summary>systemd, by its own program.</summary>
/// <param name="running">Exists where systemd is the service manager.</param>
/// <param name="obstacle">Another reason why setup can use no unit; null: none.</param>
internal sealed class Systemctl(string program, string running, bool isRoot, string? obstacle) : IServiceManager
{
    private const int MaxWords = 400;

    /// <param name="target">The settings file that is written.</param>
    public static Systemctl OfThisMachine(SetupTarget target) => new("systemctl", "/run/systemd/system", Environment.IsPrivilegedProcess,
        target.IsForService ? null : $"the service does not read {target.Path}");

    public string? Obstacle => !Directory.Exists(running) ? "systemd does not run here"
        : !isRoot ? "only root may change services"
        : !Has(Units.Miner) ? "the package of p2p-miner is not installed"
        : obstacle;

    public bool Has(string unit) => Run("cat", unit).ExitCode == 0;

    // Both are answers and not errors when their exit code is not 0.
    public UnitState State(string unit) => new(Run("is-enabled", "--quiet", unit).ExitCode == 0, Run("is-active", "--quiet", unit).ExitCode == 0);

    public void Enable(string unit) => Require("enable", unit);

    public void Disable(string unit) => Require("disable", unit);

    public void Start(string unit) => Require("start", unit);

    public void Restart(string unit) => Require("restart", unit);

    public void Stop(string unit) => Require("stop", unit);

    private void Require(string verb, string unit)
    {
        if (Run(verb, unit) is { ExitCode: not 0 } failed)
        {
            throw new SetupException($"{Path.GetFileName(program)} {verb} {unit}: {(failed.Error.Length > 0 ? OutsideText.Clean(failed.Error, MaxWords) : $"exit code {failed.ExitCode}")}");
        }
    }

    private (int ExitCode, string Error) Run(params IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            output.Wait();
            process.WaitForExit();
            return (process.ExitCode, string.Join(' ', error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        }
        catch (Win32Exception error)
        {
            throw new SetupException($"{program}: cannot be run ({error.Message})");
        }
    }
}
