using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

/// <summary>A daemon, a proxy in front of it and a publisher of blocks that write to the owner's terminal wherever their protocols have text.</summary>
public sealed class HostileDaemonTests
{
    private static readonly string Hostile = WireValues.HostileInJson;

    /// <summary>As bytes that could be UTF-8 or Latin-1: U+009B alone is a control sequence in both.</summary>
    private static readonly byte[] Bytes = [.. Encoding.UTF8.GetBytes(Hostile.Replace("\r\n", "", StringComparison.Ordinal)), 0x9b, .. "2J"u8];

    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger<DaemonConnector> _log = new();
    private readonly CancellationTokenSource _stop = new();
    private PoolJob? _job;
    private string? _lastError;

    [Fact]
    public async Task Template_HostileTextInEveryField_IsShownClean()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var fields = daemon.SoundTemplate().Select(field => field.Key);
        var cases = new ConcurrentQueue<Action<JsonObject>>(
        [
            .. fields.Select(field => (Action<JsonObject>)(answer => answer["result"]![field] = Hostile)),
            .. Errors().Select(error => (Action<JsonObject>)(answer => answer["error"] = error())),
            answer => answer["result"] = Hostile,
            answer => { answer.Remove("result"); answer[Hostile] = Hostile; },
        ]);
        daemon.Change["get_block_template"] = answer =>
        {
            if (cases.TryDequeue(out var spoil))
            {
                spoil(answer);
            }

            return answer;
        };

        // Some of them are jobs all the same: what is wrong in them is not needed.
        await MineAsync(daemon.Port, Eventually.HoldsAsync(() => cases.IsEmpty, "each of the answers"));

        AssertClean();
    }

    [Fact]
    public async Task Submit_HostileTextInEveryAnswer_IsShownClean()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        await MineAsync(daemon.Port, Eventually.HoldsAsync(() => _job is not null, "the first job"), async session =>
        {
            (string Method, Action<JsonObject> Spoil)[] cases =
            [
                .. Errors().Select(error => ("submit_block", (Action<JsonObject>)(answer => answer["error"] = error()))),
                ("submit_block", answer => answer["result"]!["status"] = Hostile),
                ("get_block_header_by_height", answer => answer["result"]!["block_header"]!["hash"] = Hostile),
                ("get_block_header_by_height", answer => answer["result"] = Hostile),
                ("getheight", answer => answer["status"] = Hostile),
                ("getheight", answer => answer["hash"] = Hostile),
                ("getheight", answer => answer["height"] = Hostile),
            ];
            var nonce = 0u;
            foreach (var (method, spoil) in cases)
            {
                daemon.Change.Clear();
                daemon.Change[method] = answer => { spoil(answer); return answer; };
                var submitting = session.SubmitAsync(new() { JobSerial = _job!.Serial, ExtraNonce = 1, Nonce = nonce++, Hash = default }, default);

                // One that is busy, or cannot say, is asked until it can.
                for (var second = 0; second < 15 && !submitting.IsCompleted; second++)
                {
                    _clock.Advance(TimeSpan.FromSeconds(1));
                    await Task.Delay(5);
                }

                daemon.Change.Clear();
                await _clock.AdvanceUntilAsync(submitting, "outcome of a block", TimeSpan.FromSeconds(1));
            }
        });

        AssertClean();
    }

    [Fact]
    public async Task Http_HostileTextInEveryPart_IsShownClean()
    {
        byte[] body = [.. "{\"error\":{\"code\":-1,\"message\":\""u8, .. Bytes, .. "\"}}"u8];
        byte[][] answers =
        [
            .. new[] { "200", "302", "401", "404", "500", "503" }.Select(status => Answer([.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status} "), .. Bytes], body)),
            Answer(Bytes, body),
            Answer([.. "HTTP/1.1 "u8, .. Bytes], body),
            Answer([.. "HTTP/1.1 200 OK\r\n"u8, .. Bytes, .. ": x"u8], body),
            Answer([.. "HTTP/1.1 200 OK\r\n"u8, .. Bytes], body),
            Answer([.. "HTTP/1.1 200 OK\r\nX-Name: "u8, .. Bytes], body),
            Answer([.. "HTTP/1.1 200 OK\r\nContent-Type: "u8, .. Bytes], body),
            Answer([.. "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset="u8, .. Bytes], body),
            Answer([.. "HTTP/1.1 200 OK\r\nContent-Encoding: "u8, .. Bytes], body),
            Answer([.. "HTTP/1.1 200 OK\r\nContent-Encoding: gzip"u8], Bytes),
            Answer([.. "HTTP/1.1 301 Moved\r\nLocation: "u8, .. Bytes], body),
            Answer([.. "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\""u8, .. Bytes, .. "\",nonce=\""u8, .. Bytes,
                .. "\",qop=\""u8, .. Bytes, (byte)'"'], body),
            Answer([.. "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: "u8, .. Bytes], body),
            [.. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. Bytes, .. "\r\n"u8],
            [.. "HTTP/1.1 200 OK\r\nContent-Length: "u8, .. Bytes, .. "\r\n\r\n"u8],
            Bytes,
            Answer([.. "HTTP/1.1 200 OK"u8], Bytes),
        ];
        using var daemon = new RawDaemon();

        await MineAsync(daemon.Port, daemon.ServeAsync(answers), rpcLogin: "me:secret");

        AssertClean();
    }

    [Fact]
    public async Task Publisher_HostileTextInEveryPart_IsShownClean()
    {
        var mechanism = FakePublisher.Greeting.ToArray();
        Bytes.AsSpan(0, 20).CopyTo(mechanism.AsSpan(12));
        byte[] text = [(byte)Bytes.Length, .. Bytes];
        byte[] value = [0, 0, 0, .. text];
        byte[][] cases =
        [
            Bytes, mechanism,
            [.. FakePublisher.Greeting, .. FakePublisher.Command("ERROR", text)],
            [.. FakePublisher.Greeting, .. FakePublisher.Command("READY", [11, .. "Socket-Type"u8, .. value])],
            [.. FakePublisher.Greeting, .. FakePublisher.Command("READY", [.. text, 0xff, 0xff, 0xff, 0xff])],
            [.. FakePublisher.Greeting, 4, (byte)text.Length, .. text],
            [.. FakePublisher.Greeting, .. FakePublisher.Ready, .. FakePublisher.Command("ERROR", text)],
            [.. FakePublisher.Greeting, .. FakePublisher.Ready, 0, .. text, .. FakePublisher.Command("ERROR", text)],
        ];
        using var publisher = new FakePublisher();
        var entry = new PoolEntry { Zmq = publisher.Address };
        await using (new BlockNotices(entry, new PoolTransport(_clock, _log), () => { }, _clock, _log))
        {
            for (var i = 0; i < cases.Length; i++)
            {
                await using var stream = await _clock.AdvanceUntilAsync(publisher.AcceptAsync(cases[i]), "connection", TimeSpan.FromSeconds(1));
                await Eventually.HoldsAsync(() => _log.Count("no block notices") == i + 1, "a reason in the log");
            }
        }

        AssertClean();
    }

    private static IEnumerable<Func<JsonNode>> Errors() =>
    [
        .. new[] { -1, -4, -7, -9, 0 }.Select(code => (Func<JsonNode>)(() => new JsonObject { ["code"] = code, ["message"] = Hostile })),
        () => new JsonObject { ["code"] = Hostile, ["message"] = new JsonArray(Hostile) }, () => Hostile, () => new JsonArray(Hostile),
    ];

    private static byte[] Answer(byte[] head, byte[] body) =>
        [.. head, .. Encoding.ASCII.GetBytes($"\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];

    /// <summary>Runs a session until that is done, and what is to be done then.</summary>
    private async Task MineAsync(int port, Task until, Func<PoolSession, Task>? then = null, string? rpcLogin = null)
    {
        var entry = new PoolEntry { Url = $"daemon+http://127.0.0.1:{port}", User = "4wallet", RpcLogin = rpcLogin };
        Assert.True(PoolUrl.TryParse(entry.Url, out var url, out _));
        var session = new PoolSession(new(), [new(url, entry, [Algorithm.RandomX])], [new DaemonConnector(_clock, _log)], job =>
        {
            _job = job ?? _job;
            return default;
        }, _clock, new Random(1), _log);
        var running = session.RunAsync(_stop.Token);
        await _clock.AdvanceUntilAsync(DoneAsync(), "what the daemon has to say", TimeSpan.FromSeconds(1));
        await (then?.Invoke(session) ?? Task.CompletedTask);
        _lastError = session.GetStatus().LastError;
        await _stop.CancelAsync();
        await Eventually.ComesAsync(running, "the end of the session");

        async Task<bool> DoneAsync()
        {
            await until;
            return true;
        }
    }

    private void AssertClean()
    {
        Assert.Contains(_log.Lines, line => line.Contains("?[2J", StringComparison.Ordinal));
        Assert.All(_log.Lines.Append(_lastError ?? ""), line => Assert.True(line.All(OutsideText.IsHarmless), JsonSerializer.Serialize(line)));
    }
}
