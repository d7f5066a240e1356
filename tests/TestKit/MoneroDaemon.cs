using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace P2PMiner.TestKit;

/// <summary>
/// A real monerod with a chain of its own (--regtest --offline) on free loopback ports and a temporary data folder. A real judge of blocks.
/// </summary>
internal sealed class MoneroDaemon : IAsyncDisposable
{
    public const string Program = "/usr/bin/monerod";

    /// <summary>A public address of the main network, whose form regtest shares: the Monero general fund.</summary>
    public const string WalletAddress =
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _folder;
    private readonly Queue<string> _lastLines = new();
    private readonly HttpClient _http;

    private MoneroDaemon(ulong fixedDifficulty, string? login)
    {
        _folder = Directory.CreateTempSubdirectory("p2pminer-monerod-").FullName;
        var ports = FreePorts.Take(4);
        (RpcPort, ZmqPort) = (ports[0], ports[3]);
        var credentials = login?.Split(':', 2) is [var user, var pass] ? new NetworkCredential(user, pass) : null;
        _http = new HttpClient(new SocketsHttpHandler { Credentials = credentials })
        {
            BaseAddress = new Uri(
            $"http://127.0.0.1:{RpcPort}/"), Timeout = TimeSpan.FromSeconds(10)
        };
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])
        [
            "--regtest", "--offline", "--non-interactive", "--no-igd", "--check-updates", "disabled",
            "--fixed-difficulty", fixedDifficulty.ToString(CultureInfo.InvariantCulture), "--data-dir", _folder,
            "--rpc-bind-ip", "127.0.0.1", "--rpc-bind-port", $"{ports[0]}", "--p2p-bind-ip", "127.0.0.1", "--p2p-bind-port", $"{ports[1]}",
            "--zmq-rpc-bind-port", $"{ports[2]}", "--zmq-pub", Zmq, .. login is null ? (string[])[] : ["--rpc-login", login],
        ])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static bool IsInstalled => File.Exists(Program);

    public int RpcPort { get; }

    public int ZmqPort { get; }

    /// <summary>As a pool's Url.</summary>
    public string Url => $"daemon+http://127.0.0.1:{RpcPort}";

    /// <summary>As a pool's Zmq.</summary>
    public string Zmq => $"tcp://127.0.0.1:{ZmqPort}";

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="fixedDifficulty">1: any hash makes a block.</param>
    /// <param name="login">USER:PASS of its --rpc-login; null: it wants none.</param>
    public static async Task<MoneroDaemon> StartAsync(ulong fixedDifficulty = 1, string? login = null)
    {
        // Another program may take a port between our looking for it and the daemon's binding it.
        for (var attempt = 1; ; attempt++)
        {
            var daemon = new MoneroDaemon(fixedDifficulty, login);
            try
            {
                await daemon.WaitUntilReadyAsync();
                return daemon;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                await daemon.DisposeAsync();
            }
            catch
            {
                await daemon.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Blocks in the chain: 1 after the start.</summary>
    public async Task<ulong> GetHeightAsync() =>
        (await _http.GetFromJsonAsync<JsonElement>("getheight")).GetProperty("height").GetUInt64();

    /// <summary>Any JSON-RPC method; returns its result.</summary>
    public async Task<JsonElement> CallAsync(string method, object parameters)
    {
        // With a known length: the daemon's HTTP server does not read chunks.
        using var content = new StringContent(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = "0", method, @params = parameters }));
        using var answer = await _http.PostAsync("json_rpc", content);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return body.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {body}");
    }

    /// <summary>Lets the daemon itself mine blocks.</summary>
    public Task GenerateBlocksAsync(int count) =>
        CallAsync("generateblocks", new { amount_of_blocks = count, wallet_address = WalletAddress, starting_nonce = 0 });

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var terminate = Process.Start("/bin/kill", ["-TERM", $"{_process.Id}"]);
            await terminate.WaitForExitAsync();
            using var patience = new CancellationTokenSource(StopTime);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var deadline = new CancellationTokenSource(StartTime);
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"monerod ended with code {_process.ExitCode}:\n{LastLines()}");
            }

            try
            {
                await _http.GetStringAsync("get_info", deadline.Token);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"monerod did not answer within {StartTime}:\n{LastLines()}");
            }
        }
    }

    private void Keep(string? line)
    {
        lock (_lastLines)
        {
            _lastLines.Enqueue(line ?? "");
            while (_lastLines.Count > 30)
            {
                _lastLines.Dequeue();
            }
        }
    }

    private string LastLines()
    {
        lock (_lastLines)
        {
            return string.Join('\n', _lastLines);
        }
    }
}
