using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Web;

/// <summary>
/// A headless Chromium with a profile of its own, led over its DevTools protocol, so that a test can ask the page itself until it has come. Ended on disposal.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    /// <summary>For a start on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TemporaryFolder _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _waiting = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private Task _reading = Task.CompletedTask;
    private int _lastId;

    private Browser(Process process, TemporaryFolder profile) => (_process, _profile) = (process, profile);

    /// <summary>What its console has in red: refused by the content security policy, not found, thrown by a script.</summary>
    public IEnumerable<string> Complaints => _complaints;

    public static async Task<Browser> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not installed");
        var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(Program,
        [
            // It opens pages of the test alone; as root it does not start with its sandbox.
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server", "--window-size=1200,900",
            "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank",
        ])
        { RedirectStandardError = true, RedirectStandardOutput = true };

        // What it keeps beside the profile, crash reports and settings, is not for the developer's home either.
        foreach (var home in new[] { "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME" })
        {
            start.Environment[home] = profile.Path;
        }

        var process = Process.Start(start)!;
        var browser = new Browser(process, profile);
        try
        {
            await browser.ConnectAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async Task OpenAsync(Uri page)
    {
        var result = await CallAsync("Page.navigate", new() { ["url"] = page.ToString() });
        Assert.Null(result?["errorText"]?.ToString());
    }

    /// <summary>Waits until an expression in the page is true.</summary>
    public async Task UntilAsync(string expression, string what)
    {
        var text = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                text = await TextAsync();
                return await IsTrueAsync(expression);
            },
            what, Patience, found: () => $"{text}\ncomplaints: {string.Join("; ", Complaints)}");
    }

    public async Task RunAsync(string script)
    {
        var result = await CallAsync("Runtime.evaluate", new() { ["expression"] = script });
        Assert.Null(result?["exceptionDetails"]?.ToJsonString());
    }

    /// <summary>The size of its window, in CSS pixels; below 600 as a telephone.</summary>
    public Task SizeAsync(int width, int height) => CallAsync("Emulation.setDeviceMetricsOverride", new()
    {
        ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600,
    });

    /// <summary>What an expression in the page comes to, a promise as well.</summary>
    public async Task<JsonNode?> AskAsync(string expression)
    {
        var result = await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.Null(result?["exceptionDetails"]?.ToJsonString());
        return result?["result"]?["value"];
    }

    public Task SwitchScriptsAsync(bool on) => CallAsync("Emulation.setScriptExecutionDisabled", new() { ["value"] = !on });

    public Task PreferAsync(string colours) => CallAsync("Emulation.setEmulatedMedia", new()
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = colours }),
    });

    /// <summary>A PNG of what is to be seen.</summary>
    /// <param name="isWhole">Also of what would have to be scrolled to.</param>
    public async Task<byte[]> PictureAsync(bool isWhole = false)
    {
        var picture = await CallAsync("Page.captureScreenshot", new() { ["format"] = "png", ["captureBeyondViewport"] = isWhole, ["clip"] = await ClipAsync(isWhole) });
        return Convert.FromBase64String(picture!["data"]!.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        // Its helpers may still be writing for a moment after it.
        await Eventually.HoldsAsync(Removed, "removal of the browser's profile");
        _end.Dispose();

        bool Removed()
        {
            try
            {
                _profile.Dispose();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    private async Task ConnectAsync()
    {
        var errors = new List<string>();
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) =>
        {
            const string Start = "DevTools listening on ";
            lock (errors)
            {
                errors.Add(line.Data ?? "(end)");
            }

            if (line.Data is { } text && text.StartsWith(Start, StringComparison.Ordinal))
            {
                address.TrySetResult(new(text[Start.Length..]));
            }
            else if (line.Data is null)
            {
                address.TrySetException(new InvalidOperationException($"the browser ended: {string.Join('\n', errors)}"));
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var whole = await address.Task.WaitAsync(Patience);

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        JsonNode? page = null;
        using var limit = new CancellationTokenSource(Patience);
        while (page is null)
        {
            var targets = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://{whole.Authority}/json/list"), limit.Token))!.AsArray();
            page = targets.FirstOrDefault(target => target!["type"]!.ToString() == "page");
        }

        await _socket.ConnectAsync(new(page["webSocketDebuggerUrl"]!.ToString()), limit.Token);
        _reading = ReadAsync();
        await Task.WhenAll(CallAsync("Page.enable"), CallAsync("Log.enable"), CallAsync("Runtime.enable"));
    }

    private async Task<JsonObject?> ClipAsync(bool isWhole)
    {
        if (!isWhole)
        {
            return null;
        }

        var size = await AskAsync("({ width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight })");
        return new() { ["x"] = 0, ["y"] = 0, ["width"] = size!["width"]!.DeepClone(), ["height"] = size["height"]!.DeepClone(), ["scale"] = 1 };
    }

    /// <summary>What a person reads on the page.</summary>
    private async Task<string> TextAsync() => (await EvaluateAsync("document.body.innerText"))?.ToString() ?? "";

    private async Task<bool> IsTrueAsync(string expression) => (await EvaluateAsync($"!!({expression})"))?.GetValueKind() == JsonValueKind.True;

    /// <summary>Null also where the page is just being left, and where the script fails.</summary>
    private async Task<JsonNode?> EvaluateAsync(string script)
        => (await CallAsync("Runtime.evaluate", new() { ["expression"] = script, ["returnByValue"] = true }))?["result"]?["value"];

    private async Task<JsonNode?> CallAsync(string method, JsonObject? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _waiting.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        return await answer.Task.WaitAsync(Patience);
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                var buffer = new byte[64 * 1024];
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
                    message.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);
                Take(JsonNode.Parse(message.ToArray())!);
            }
        }
        catch (Exception error)
        {
            foreach (var answer in _waiting.Values)
            {
                answer.TrySetException(new IOException("the browser is gone", error));
            }
        }
    }

    private void Take(JsonNode message)
    {
        if (message["id"]?.GetValue<int>() is { } id)
        {
            if (_waiting.TryRemove(id, out var answer))
            {
                answer.TrySetResult(message["result"]);
            }
        }
        else if (message["method"]!.ToString() == "Log.entryAdded" && message["params"]!["entry"] is { } entry && entry["level"]!.ToString() == "error")
        {
            _complaints.Enqueue($"{entry["text"]} {entry["url"]}");
        }
        else if (message["method"]!.ToString() == "Runtime.exceptionThrown")
        {
            _complaints.Enqueue(message["params"]!["exceptionDetails"]!.ToJsonString());
        }
    }
}
