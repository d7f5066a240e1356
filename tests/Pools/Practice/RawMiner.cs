using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Practice;

/// <summary>Speaks Stratum by hand: sends what the test says, right or wrong, and reads lines.</summary>
internal sealed class RawMiner : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly StreamReader _reader;
    private readonly Queue<JsonElement> _notices = new();
    private int _lastId;

    private RawMiner(Socket socket, Stream stream) => (_socket, _stream, _reader) = (socket, stream, new StreamReader(stream, Encoding.UTF8));

    public string SessionId { get; private set; } = "";

    /// <param name="from">A loopback address to come from, so that bans and limits of one test client miss the others.</param>
    public static async Task<RawMiner> ConnectAsync(IPEndPoint pool, string from = "127.0.0.1", bool tls = false)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(pool);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls)
        {
            var secure = new SslStream(stream, false, (_, _, _, _) => true);
            await secure.AuthenticateAsClientAsync("localhost").WaitAsync(Patience);
            stream = secure;
        }

        return new(socket, stream);
    }

    /// <summary>Connects and logs in; returns the first job too.</summary>
    public static async Task<(RawMiner Miner, RawJob Job)> LoginAsync(
        IPEndPoint pool, string login = "wallet", string? rigId = null, string from = "127.0.0.1", bool tls = false)
    {
        var miner = await ConnectAsync(pool, from, tls);
        return (miner, await miner.LoginAsync(login, rigId));
    }

    public async Task<RawJob> LoginAsync(string login = "wallet", string? rigId = null, string[]? algo = null)
    {
        var answer = await CallAsync("login", new { login, pass = "x", agent = "raw/1.0", rigid = rigId, algo });
        Assert.True(answer.TryGetProperty("result", out var result), $"login refused: {answer}");
        Assert.Equal("OK", result.GetProperty("status").GetString());
        SessionId = result.GetProperty("id").GetString()!;
        return new RawJob(result.GetProperty("job"));
    }

    public Task<JsonElement> SubmitAsync(RawJob job, uint nonce, Hash256 hash) =>
        SubmitAsync(job.Id, NonceHex(nonce), hash.ToString());

    /// <summary>As miners of rx/2 do it: both the commitment and the hash.</summary>
    public Task<JsonElement> SubmitAsync(RawJob job, uint nonce, Hash256 result, Hash256 commitment) =>
        CallAsync("submit", new { id = SessionId, job_id = job.Id, nonce = NonceHex(nonce), result = result.ToString(), commitment = commitment.ToString() });

    public Task<JsonElement> SubmitAsync(string jobId, string nonce, string result) =>
        CallAsync("submit", new { id = SessionId, job_id = jobId, nonce, result });

    public static string NonceHex(uint nonce)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, nonce);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Sends a request and returns its answer; notices that come before it are kept.</summary>
    public async Task<JsonElement> CallAsync(string method, object parameters)
    {
        var id = ++_lastId;
        await SendAsync(JsonSerializer.Serialize(new { id, jsonrpc = "2.0", method, @params = parameters }));
        while (true)
        {
            var line = await ReadLineAsync() ?? throw new EndOfStreamException($"no answer to {method}: the pool closed the connection");
            if (line.TryGetProperty("id", out var answered) && answered.ValueKind == JsonValueKind.Number && answered.GetInt32() == id)
            {
                return line;
            }

            _notices.Enqueue(line);
        }
    }

    /// <summary>Of the next notice of a Stratum v1 job.</summary>
    public async Task<string?> NextV1JobIdAsync()
    {
        await NextNoticeAsync("mining.set_difficulty");
        return (await NextNoticeAsync("mining.notify"))[0].GetString();
    }

    public async Task<RawJob> NextJobAsync() => new(await NextNoticeAsync("job"));

    /// <summary>The parameters of the next notice, which must be of this method.</summary>
    public async Task<JsonElement> NextNoticeAsync(string method)
    {
        var line = _notices.TryDequeue(out var notice) ? notice : await ReadLineAsync()
            ?? throw new EndOfStreamException($"no {method}: the pool closed the connection");
        Assert.Equal(method, line.GetProperty("method").GetString());
        return line.GetProperty("params");
    }

    public Task SendAsync(string line) => SendAsync(Encoding.UTF8.GetBytes(line + "\n"));

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    /// <summary>Null: the pool closed the connection.</summary>
    public async Task<JsonElement?> ReadLineAsync()
    {
        try
        {
            var line = await _reader.ReadLineAsync().WaitAsync(Patience);
            return line is null ? null : JsonDocument.Parse(line).RootElement;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads until the pool has closed the connection; the last line it sent, if any.</summary>
    public async Task<JsonElement?> ReadToEndAsync()
    {
        JsonElement? last = null;
        while (await ReadLineAsync() is { } line)
        {
            last = line;
        }

        return last;
    }

    public static string? ErrorOf(JsonElement answer) =>
        answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error.GetProperty("message").GetString() : null;

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A job as it stood on the wire.</summary>
internal sealed class RawJob(JsonElement json)
{
    public JsonElement Json => json;
    public string Id { get; } = json.GetProperty("job_id").GetString()!;
    public byte[] Blob { get; } = Convert.FromHexString(json.GetProperty("blob").GetString()!);
    public Target Target { get; } = Target.TryParse(json.GetProperty("target").GetString(), out var target) ? target : throw new FormatException($"{json}");
    public Seed Seed { get; } = Seed.TryParse(json.GetProperty("seed_hash").GetString(), out var seed) ? seed : throw new FormatException($"{json}");
    public Algorithm Algorithm { get; } = json.TryGetProperty("algo", out var name) && AlgorithmNames.TryParse(name.GetString(), out var algorithm)
        ? algorithm : Algorithm.RandomX;

    public ulong Height { get; } = json.GetProperty("height").GetUInt64();

    public Hash256 Hash(uint nonce) => FakeHashEngine.Hash(Algorithm, Seed, Input(nonce));

    /// <summary>What the target is compared with when this is the hash.</summary>
    public Hash256 Judged(uint nonce, Hash256 hash) => Commitment.Judged(Algorithm, Input(nonce), hash);

    /// <summary>The first nonce from <paramref name="first"/> on that meets the target, or (when told so) misses it.</summary>
    public (uint Nonce, Hash256 Hash) Find(uint first = 0, bool meets = true)
    {
        for (var nonce = first; ; nonce++)
        {
            var hash = Hash(nonce);
            if (Target.IsMetBy(Judged(nonce, hash)) == meets)
            {
                return (nonce, hash);
            }
        }
    }

    private byte[] Input(uint nonce)
    {
        var input = (byte[])Blob.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(39), nonce);
        return input;
    }
}
