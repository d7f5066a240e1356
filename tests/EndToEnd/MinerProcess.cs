using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>The real program as a child process, with a data folder and ports of its own. Ended, if need be by force, on disposal.</summary>
internal sealed partial class MinerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();

    private MinerProcess(Process process, DirectoryInfo data)
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

    public string DataFolder => _data.FullName;

    /// <summary>Starts a node on free ports; <paramref name="options"/> say the rest.</summary>
    public static MinerProcess StartNode(params IEnumerable<string> options)
    {
        var ports = FreePorts(3);
        return Start(
            ["--port", $"{ports[0]}", "--gateway-port", $"{ports[1]}", "--http-port", $"{ports[2]}", "--threads", "2", .. options], withData: true);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<string> Lines)> RunAsync(IEnumerable<string> arguments, IEnumerable<string> input, TimeSpan limit)
    {
        await using var miner = Start([.. arguments], withData: false);
        foreach (var line in input)
        {
            await miner._process.StandardInput.WriteLineAsync(line);
        }

        miner._process.StandardInput.Close();
        return (await miner.WaitForExitAsync(limit), miner.Lines);
    }

    /// <summary>The next line, not seen by an earlier wait, that matches.</summary>
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
            // Said below, with what was printed.
        }

        throw new TimeoutException($"no line matching '{pattern}' within {limit}; the miner said:\n{string.Join("\n", Lines)}");
    }

    public int CountLines([StringSyntax(StringSyntaxAttribute.Regex)] string pattern) => Lines.Count(line => Regex.IsMatch(line, pattern));

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => _ = kill(_process.Id, 2);

    public void Terminate() => _ = kill(_process.Id, 15);

    public void Kill() => _process.Kill();

    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the miner did not end within {limit}; it said:\n{string.Join("\n", Lines)}");
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
        _data.Delete(recursive: true);
    }

    private static MinerProcess Start(IReadOnlyList<string> arguments, bool withData)
    {
        var data = Directory.CreateTempSubdirectory("p2p-miner-test-");
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = data.FullName,
        };
        foreach (var argument in withData ? [.. arguments, "--data", data.FullName] : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start"), data);
    }

    /// <summary>The program beside this test assembly, of the same build configuration.</summary>
    private static string Program
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            return Path.Combine(here.Parent!.Parent!.FullName, "P2PMiner.Silo", here.Name, "p2p-miner");
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ =>
        {
            var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
            listener.Start();
            return listener;
        }).ToArray();
        var ports = listeners.Select(listener => ((System.Net.IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }

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
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
