using System.Text;
using System.Text.Json;

namespace P2PMiner.TestKit;

/// <summary>The pool's end of one connection.</summary>
internal sealed class FakePoolClient(Stream stream) : IAsyncDisposable
{
    private readonly StreamReader _reader = new(stream, Encoding.UTF8);
    private readonly List<string> _requests = [];

    /// <summary>Every line read so far, as it came.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Reads the next request, which must have this method.</summary>
    public async Task<JsonElement> ReadAsync(string method)
    {
        var line = await Eventually.ComesAsync(_reader.ReadLineAsync(), $"request '{method}'") ?? throw new EndOfStreamException($"closed before '{method}'");
        _requests.Add(line);
        var request = JsonSerializer.Deserialize<JsonElement>(line);
        var actual = request.GetProperty("method").GetString();
        return actual == method ? request : throw new InvalidOperationException($"expected '{method}', got: {line}");
    }

    /// <summary>Reads the next line, which must be the answer to a request of the pool.</summary>
    public async Task<JsonElement> ReadAnswerAsync()
    {
        var line = await Eventually.ComesAsync(_reader.ReadLineAsync(), "answer of the miner") ?? throw new EndOfStreamException("closed before the answer");
        var answer = JsonSerializer.Deserialize<JsonElement>(line);
        return answer.TryGetProperty("method", out _) ? throw new InvalidOperationException($"expected an answer, got: {line}") : answer;
    }

    /// <summary>Completes when the miner has closed the connection, whatever it sent before.</summary>
    public Task ClosedAsync() => Eventually.ComesAsync(DrainAsync(), "end of the connection");

    public Task SendAsync(string line) => SendRawAsync(Encoding.UTF8.GetBytes(line + "\n"));

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes);

    /// <summary>Answers a login with a job and extensions.</summary>
    public async Task<JsonElement> LoginAsync(FakeJob job, params string[] extensions)
    {
        var login = await ReadAsync("login");
        await SendAsync($$"""
            {"id":1,"jsonrpc":"2.0","result":{"id":"session-1","job":{{job.Json}},"extensions":{{JsonSerializer.Serialize(extensions)}},"status":"OK"},"error":null}
            """.Trim());
        return login;
    }

    public Task SendJobAsync(FakeJob job) => SendAsync($$"""{"jsonrpc":"2.0","method":"job","params":{{job.Json}}}""");

    public Task AcceptAsync(JsonElement request) => AnswerAsync(request, "\"error\":null,\"result\":{\"status\":\"OK\"}");

    public Task RefuseAsync(JsonElement request, string text) =>
        AnswerAsync(request, "\"error\":{\"code\":-1,\"message\":" + JsonSerializer.Serialize(text) + "}");

    public Task AnswerAsync(JsonElement request, string rest) => SendAsync("{\"id\":" + request.GetProperty("id") + ",\"jsonrpc\":\"2.0\"," + rest + "}");

    public void Drop() => stream.Dispose();

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task DrainAsync()
    {
        try
        {
            while (await _reader.ReadLineAsync() is not null)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }
}
