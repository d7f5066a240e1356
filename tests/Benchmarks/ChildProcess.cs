using System.Diagnostics;

namespace P2PMiner.Benchmarks;

/// <summary>
/// Another process of this program, spoken to in lines. It ends when its standard input does, so also when this process is killed; on disposal by force if it
/// does not.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start"));
    }

    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line that begins with <paramref name="word"/>: what follows it, split at spaces.</summary>
    /// <exception cref="InvalidOperationException">The process ended instead.</exception>
    public async Task<string[]> HearAsync(string word, CancellationToken cancellation)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == word)
            {
                return words[1..];
            }
        }

        throw new InvalidOperationException($"a child process ended before it said '{word}'");
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(EndWithin);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }
    }
}
