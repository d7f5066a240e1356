using System.Diagnostics;
using P2PMiner.Membership.Tests;
using P2PMiner.TestKit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace P2PMiner.Membership.Tests;

/// <summary>Debian's PostgreSQL on loopback with a data folder of its own, started when first asked for and stopped with the test run.</summary>
public sealed class PostgreSqlServer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-pg-").FullName;
    private readonly Lazy<string> _connectionString;
    private string? _programs;
    private bool _isRunning;

    public PostgreSqlServer() => _connectionString = new(Start);

    /// <summary>Of a database that superuser "postgres" owns. Skips the test when the machine has no PostgreSQL.</summary>
    public string ConnectionString
    {
        get
        {
            _programs = Directory.Exists("/usr/lib/postgresql")
                ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
                    .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
                : null;
            Assert.SkipWhen(_programs is null, "the package postgresql is not installed");
            return _connectionString.Value;
        }
    }

    public void Dispose()
    {
        if (_isRunning)
        {
            Run("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Start()
    {
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root.
            Execute("chown", ["postgres", _folder]);
        }

        var data = Path.Combine(_folder, "data");
        var port = FreePorts.Take();
        Run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8");
        Run("pg_ctl", "-D", data, "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-h 127.0.0.1 -p {port} -k {_folder} -F", "start");
        _isRunning = true;
        return $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Timeout=10";
    }

    private void Run(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs!, program);
        if (Environment.IsPrivilegedProcess)
        {
            Execute("runuser", ["-u", "postgres", "--", path, .. arguments]);
        }
        else
        {
            Execute(path, arguments);
        }
    }

    private void Execute(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(Limit), $"{program} {arguments[0]} does not end");
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}: {said.Result}");
    }
}
