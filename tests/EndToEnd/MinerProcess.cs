using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>The real program as a child process, with a data folder and ports of its own. Ended, if need be by force, on disposal.</summary>
internal sealed partial class MinerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo? _data;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();
    private int _openStreams = 2;

    /// <summary>Of a node started by <see cref="StartNode(IEnumerable{string})"/>.</summary>
    public int TablePort => int.Parse(_process.StartInfo.Environment["P2P_MEMBERSHIP__PORT"]!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Of a node that has one of its own.</summary>
    public string DataFolder => _data!.FullName;

    private MinerProcess(Process process, DirectoryInfo? data)
    {
        (_process, _data) = (process, data);
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All lines so far, standard output and standard error together.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Starts a node on free ports; <paramref name="options"/> say the rest.</summary>
    public static MinerProcess StartNode(params IEnumerable<string> options) => StartNode([], options);

    public static MinerProcess StartNode(Dictionary<string, string> environment, params IEnumerable<string> options)
    {
        var ports = FreePorts.Take(4);
        return Start(
            [Program, "--port", $"{ports[0]}", "--gateway-port", $"{ports[1]}", "--http-port", $"{ports[2]}", "--bind", "127.0.0.1",
                "--threads", "2", .. options], new(environment) { ["P2P_MEMBERSHIP__PORT"] = $"{ports[3]}" });
    }

    /// <summary>Starts a node on free ports as a service manager does: in a session of its own, so without a terminal.</summary>
    /// <param name="folder">For the data folder, not removed; null: one of its own.</param>
    public static MinerProcess StartService(string notifySocket, string? folder, params IEnumerable<string> options)
    {
        var ports = FreePorts.Take(4);
        string[] commandLine = ["setsid", Program, "--port", $"{ports[0]}", "--gateway-port", $"{ports[1]}", "--http-port", $"{ports[2]}", "--bind", "127.0.0.1",
            .. options];
        Dictionary<string, string> environment = new() { ["P2P_MEMBERSHIP__PORT"] = $"{ports[3]}", ["NOTIFY_SOCKET"] = notifySocket };
        return folder is null ? Start(commandLine, environment) : Start([.. commandLine, "--data", folder], environment, data: null);
    }

    /// <summary>Starts a node of another user, with the folders that a service manager would give it. Needs root.</summary>
    /// <param name="folder">Belongs to that user; holds the folders "data" and "run".</param>
    public static MinerProcess StartServiceOf(uint user, uint group, string folder, params IEnumerable<string> options)
    {
        var ports = FreePorts.Take(4);
        return Start(
            ["setpriv", "--reuid", $"{user}", "--regid", $"{group}", "--clear-groups", Program, "--port", $"{ports[0]}", "--gateway-port", $"{ports[1]}",
                "--http-port", $"{ports[2]}", "--bind", "127.0.0.1", "--data", Path.Combine(folder, "data"), .. options],
            new() { ["P2P_MEMBERSHIP__PORT"] = $"{ports[3]}", ["RUNTIME_DIRECTORY"] = Path.Combine(folder, "run") }, data: null);
    }

    /// <summary>
    /// Starts a program of the build on a host of <paramref name="network"/>, under the restrictions of the service's unit: packaging/test/sandbox.py. Needs root.
    /// </summary>
    /// <param name="program">Of those in the sandbox: see <see cref="InSandbox"/>.</param>
    public static MinerProcess StartInSandbox(
        string network, uint user, uint group, Dictionary<string, string> environment, string program, params IEnumerable<string> arguments) => Start(
        ["ip", "netns", "exec", network, "python3", Path.Combine(Repository, "packaging", "test", "sandbox.py"),
            Path.Combine(Repository, "packaging", "deb", "p2p-miner.service"), Programs, program, .. arguments],
        new(environment) { ["SANDBOX_USER"] = $"{user}", ["SANDBOX_GROUP"] = $"{group}" }, data: null);

    /// <summary>Where a sandbox has a program of the build.</summary>
    public static string InSandbox(string program) => Path.Combine("/opt/p2p-miner", Path.GetRelativePath(Programs, program));

    /// <summary>Runs a command as a user of the machine on which this process believes to be: with its mounts and its network. Needs root.</summary>
    public async Task<(int ExitCode, string Output)> RunBesideAsync(uint user, uint group, TimeSpan limit, params IEnumerable<string> command)
    {
        await using var beside = Start(
            ["nsenter", "--target", $"{_process.Id}", "--mount", "--net", "setpriv", "--reuid", $"{user}", "--regid", $"{group}", "--clear-groups", .. command],
            new() { ["HOME"] = "/nonexistent", ["XDG_DATA_HOME"] = "" }, data: null);
        var exitCode = await beside.WaitForExitAsync(limit);
        return (exitCode, string.Join('\n', beside.Lines));
    }

    /// <summary>Its memory, as Linux lists it.</summary>
    public string Memory => File.ReadAllText($"/proc/{_process.Id}/maps");

    /// <summary>What Linux says of it under that name.</summary>
    public string StatusOf(string name)
        => Regex.Match(File.ReadAllText($"/proc/{_process.Id}/status"), $@"^{name}:\s*(.*)$", RegexOptions.Multiline).Groups[1].Value.Trim();

    /// <summary>Runs the console as another user, for whom the service is the one in <paramref name="folder"/>, to its end. Needs root.</summary>
    /// <param name="groups">The first is the user's own.</param>
    /// <param name="data">XDG_DATA_HOME of the user; empty: none.</param>
    public static async Task<(int ExitCode, string Output)> RunConsoleOfAsync(
        uint user, uint[] groups, string folder, TimeSpan limit, string data, params IEnumerable<string> arguments)
    {
        string[] others = groups.Length > 1 ? ["--groups", string.Join(',', groups[1..])] : ["--clear-groups"];
        await using var console = Start(
            ["setpriv", "--reuid", $"{user}", "--regid", $"{groups[0]}", .. others, Console, .. arguments],
            new() { ["RUNTIME_DIRECTORY"] = Path.Combine(folder, "run"), ["HOME"] = "/nonexistent", ["XDG_DATA_HOME"] = data }, data: null);
        var exitCode = await console.WaitForExitAsync(limit);
        return (exitCode, string.Join('\n', console.Lines));
    }

    /// <summary>Starts a node on the usual ports of a host of <paramref name="network"/>.</summary>
    /// <param name="program"><see cref="Program"/>, or a copy of it.</param>
    /// <param name="folder">For the data folder; a node that starts there again is the same node. Not removed.</param>
    public static MinerProcess StartOn(
        string network, string program, string folder, Dictionary<string, string> environment, params IEnumerable<string> options)
        => Start(["ip", "netns", "exec", network, program, "--data", folder, .. options], environment, data: null);

    /// <summary>Starts a node as in a container whose root is read-only, /tmp too, with a data folder of its own. Needs root.</summary>
    /// <param name="folder">Where the data folder is mounted, for the node alone.</param>
    public static MinerProcess StartOnReadOnlyRoot(string folder, params IEnumerable<string> options)
    {
        const string Script = "mount -t tmpfs -o mode=700 none \"$0\" && mount -o remount,ro,bind / && { ! mountpoint -q /tmp || mount -o remount,ro,bind /tmp; } "
            + "&& ! touch /tmp/p2p-miner-test 2>/dev/null && exec \"$@\"";
        var ports = FreePorts.Take(4);
        return Start(
            ["unshare", "-m", "sh", "-c", Script, folder, Program, "--data", folder, "--bind", "127.0.0.1", "--port", $"{ports[0]}",
                "--gateway-port", $"{ports[1]}",
                "--http-port", $"{ports[2]}", .. options],
            new() { ["P2P_MEMBERSHIP__PORT"] = $"{ports[3]}" }, data: null);
    }

    /// <summary>Runs the console on a host of <paramref name="network"/> to its end.</summary>
    /// <param name="program">Null: the console of this build.</param>
    public static async Task<(int ExitCode, string Output)> RunConsoleOnAsync(
        string network, string folder, TimeSpan limit, string? program, params IEnumerable<string> arguments)
    {
        await using var console = Start(["ip", "netns", "exec", network, program ?? Console, "--data", folder, .. arguments], [], data: null);
        var exitCode = await console.WaitForExitAsync(limit);
        return (exitCode, string.Join('\n', console.Lines));
    }

    /// <summary>Starts the console's prompt on a host of <paramref name="network"/>.</summary>
    public static MinerProcess StartConsoleOn(string network, string folder)
        => Start(["ip", "netns", "exec", network, Console, "--data", folder], [], data: null);

    /// <summary>Starts any program.</summary>
    public static MinerProcess StartScript(string program, Dictionary<string, string> environment, params IEnumerable<string> arguments)
        => Start([program, .. arguments], environment, data: null);

    /// <summary>Runs another program to its end; the text is what it said.</summary>
    public static async Task<(int ExitCode, string Text)> RunScriptAsync(TimeSpan limit, string program, params IEnumerable<string> arguments)
    {
        await using var process = StartScript(program, [], arguments);
        return (await process.WaitForExitAsync(limit), string.Join('\n', process.Lines));
    }

    /// <summary>Starts a shell with job control on a terminal of its own, in which <see cref="TypeAsync"/> types.</summary>
    public static MinerProcess StartShell(Dictionary<string, string> environment)
        => Start(["script", "--quiet", "--command", "bash --norc --noprofile -i", "/dev/null"], environment, data: null);

    /// <summary>Types a line.</summary>
    public Task TypeAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Runs a command to its end. Without --data it has a data folder of its own: root's usual one is that of a service on this machine.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<string> Lines)> RunAsync(
        IEnumerable<string> arguments, IEnumerable<string> input, TimeSpan limit, Dictionary<string, string>? environment = null)
    {
        var data = Directory.CreateTempSubdirectory("p2p-miner-test-");
        await using var miner = Start([Program, .. arguments], new(environment ?? []) { ["P2P_NODE__DATA"] = data.FullName }, data);
        foreach (var line in input)
        {
            await miner._process.StandardInput.WriteLineAsync(line);
        }

        miner._process.StandardInput.Close();
        return (await miner.WaitForExitAsync(limit), miner.Lines);
    }

    /// <summary>The next line, not seen by an earlier wait, that matches. Fails at once when the program ends without it.</summary>
    public async Task<Match> WaitForLineAsync([StringSyntax(StringSyntaxAttribute.Regex)] string pattern, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await foreach (var line in _unread.Reader.ReadAllAsync(deadline.Token))
            {
                if (Regex.Match(line, pattern) is { Success: true } match)
                {
                    return match;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no line matching '{pattern}' within {limit}; {LastLines}");
        }

        // Both streams are at their end, so the process is too, or in a moment.
        throw new EndOfStreamException($"no line matching '{pattern}' before the end with exit code {await WaitForExitAsync(limit)}; {LastLines}");
    }

    /// <summary>The first line of all that matches, come or to come: for lines whose order is chance.</summary>
    public async Task<Match> FindLineAsync([StringSyntax(StringSyntaxAttribute.Regex)] string pattern, TimeSpan limit)
    {
        // In this order: what is said last is read before the end.
        Match? found = null;
        var hasEnded = false;
        await Eventually.HoldsAsync(
            () =>
            {
                hasEnded = HasSaidAll;
                found = Lines.Select(line => Regex.Match(line, pattern)).FirstOrDefault(match => match.Success);
                return hasEnded || found is not null;
            },
            $"a line matching '{pattern}'",
            limit);
        return found ?? throw new EndOfStreamException(
            $"no line matching '{pattern}' before the end with exit code {await WaitForExitAsync(limit)}; {LastLines}");
    }

    public int CountLines([StringSyntax(StringSyntaxAttribute.Regex)] string pattern) => Lines.Count(line => Regex.IsMatch(line, pattern));

    /// <summary>The CPUs that each of its threads may run on, as Linux lists them; "" for a thread that is not there.</summary>
    public IReadOnlyList<string> CpusOfThreads(params IEnumerable<string> names)
    {
        var threads = Directory.GetDirectories($"/proc/{_process.Id}/task").Select(Status).ToList();
        return [.. names.Select(
            name => threads.Select(status => Regex.Match(status, $@"^Name:\s+{name}\n[\s\S]*^Cpus_allowed_list:\s+(\S+)", RegexOptions.Multiline))
            .FirstOrDefault(match => match.Success)?.Groups[1].Value ?? "")];

        // Threads come and go meanwhile.
        static string Status(string task)
        {
            try
            {
                return File.ReadAllText($"{task}/status");
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    public bool Ignores(int signal)
    {
        var ignored = Regex.Match(File.ReadAllText($"/proc/{_process.Id}/status"), @"^SigIgn:\s+([0-9a-f]+)$", RegexOptions.Multiline).Groups[1].Value;
        return (ulong.Parse(ignored, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => _ = kill(_process.Id, 2);

    public void Terminate() => _ = kill(_process.Id, 15);

    /// <summary>SIGHUP: what a closed terminal does, and "systemctl reload".</summary>
    public void HangUp() => _ = kill(_process.Id, 1);

    /// <summary>From now on it gets that many file descriptors more than it has.</summary>
    public async Task LimitFilesAsync(int more)
    {
        var most = Directory.GetFiles($"/proc/{_process.Id}/fd").Length + more;
        using var limit = Process.Start("prlimit", ["--pid", $"{_process.Id}", $"--nofile={most}:{most}"]);
        await limit.WaitForExitAsync();
    }

    public void Kill() => _process.Kill();

    /// <summary>SIGSTOP: it stands still and keeps its connections.</summary>
    public void Freeze() => _ = kill(_process.Id, 19);

    public void Thaw() => _ = kill(_process.Id, 18);

    public bool HasExited => _process.HasExited;

    /// <summary>Memory that it has now, without huge pages that were set aside.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (double)(1 << 20);
        }
    }

    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the program did not end within {limit}; {LastLines}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _data?.Delete(recursive: true);
    }

    private static MinerProcess Start(IReadOnlyList<string> commandLine, Dictionary<string, string> environment)
    {
        var data = Directory.CreateTempSubdirectory("p2p-miner-test-");
        return Start([.. commandLine, "--data", data.FullName], environment, data);
    }

    /// <param name="data">Removed at the end.</param>
    private static MinerProcess Start(IReadOnlyList<string> commandLine, Dictionary<string, string> environment, DirectoryInfo? data)
    {
        // A caller that ignores SIGINT, such as nohup or a script with "&", hands that down to all of its children, and Ctrl-C would do nothing to them.
        // env of coreutils 8.31 and later executes the program in its own place, with the same process id.
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in commandLine.Prepend("--default-signal"))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException($"{commandLine[0]} did not start"), data);
    }

    /// <summary>The program beside this test assembly, of the same build configuration.</summary>
    public static string Program => Built("P2PMiner.Silo", "p2p-miner");

    public static string Console => Built("P2PMiner.Client", "p2p-console");

    /// <summary>The folder of all built programs.</summary>
    private static string Programs => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    private static string Built(string project, string program)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, program);
    }

    private static string Repository { get; } = FindRepository();

    private static string FindRepository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    private bool HasSaidAll => Volatile.Read(ref _openStreams) == 0;

    private string LastLines => $"it said last:\n{string.Join('\n', Lines.TakeLast(100))}";

    /// <param name="line">Null at the end of a stream.</param>
    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                _lines.Add(line);
            }

            _unread.Writer.TryWrite(line);
        }
        else if (Interlocked.Decrement(ref _openStreams) == 0)
        {
            _unread.Writer.Complete();
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
