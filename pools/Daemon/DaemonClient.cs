using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// Asks one daemon. Transport failures keep their own exceptions, a time-out is a <see cref="TimeoutException"/>, a client that is disposed
/// before the answer an
/// <see cref="IOException"/>; an answer that cannot be read is a <see cref="PoolProtocolException"/> that begins "HOST:PORT method:".
/// </summary>
/// <param name="hasLogin">The client answers when the daemon asks for its --rpc-login.</param>
internal sealed class DaemonClient(HttpClient http, string authority, string wallet, bool hasLogin, TimeProvider clock) : IDisposable
{
    private const int MaxTextChars = 200;

    private static readonly TimeSpan ShortTime = TimeSpan.FromSeconds(5);

    // The daemon may be verifying a whole block with big transactions, or still sorting its pool.
    private static readonly TimeSpan LongTime = TimeSpan.FromSeconds(30);

    public Task<TemplateAnswer> GetTemplateAsync(int reserveSize, CancellationToken cancellation) => AskAsync(
        "get_block_template", "json_rpc",
        JsonContent.Create(
            new RpcRequest<TemplateRequest>("2.0", "0", "get_block_template", new(wallet, reserveSize)), DaemonJson.Default.RpcRequestTemplateRequest),
        DaemonJson.Default.TemplateAnswer, LongTime, cancellation);

    public Task<SubmitAnswer> SubmitAsync(byte[] block, CancellationToken cancellation) => AskAsync(
        "submit_block", "json_rpc",
        JsonContent.Create(
            new RpcRequest<string[]>("2.0", "0", "submit_block", [Convert.ToHexStringLower(block)]), DaemonJson.Default.RpcRequestStringArray),
        DaemonJson.Default.SubmitAnswer, LongTime, cancellation);

    /// <summary>The header of the main chain's block of that height; an error if the chain is not that long.</summary>
    public Task<HeaderAnswer> GetHeaderAsync(ulong height, CancellationToken cancellation) => AskAsync(
        "get_block_header_by_height", "json_rpc",
        JsonContent.Create(
            new RpcRequest<HeaderRequest>("2.0", "0", "get_block_header_by_height", new(height)), DaemonJson.Default.RpcRequestHeaderRequest),
        DaemonJson.Default.HeaderAnswer, ShortTime, cancellation);

    public Task<HeightAnswer> GetHeightAsync(CancellationToken cancellation) =>
        AskAsync("getheight", "getheight", null, DaemonJson.Default.HeightAnswer, ShortTime, cancellation);

    /// <summary>The request or its answer did not get through.</summary>
    public static bool IsTransport(Exception e) => e is HttpRequestException or IOException or TimeoutException;

    /// <summary>Nothing came back that could be read, for whatever reason: this is no verdict on the request.</summary>
    public static bool IsNoAnswer(Exception e) => IsTransport(e) || e is PoolProtocolException;

    /// <summary>An exception for something wrong in an answer.</summary>
    public PoolProtocolException Wrong(string method, string what) => new($"{authority} {method}: {Clean(what)}");

    /// <summary>The daemon's words, or a failure's that quotes them, made fit for a log: one line, bounded, without the wallet address.</summary>
    public string Clean(string text) => OutsideText.Clean(text.Replace(wallet, "(wallet address)", StringComparison.Ordinal), MaxTextChars);

    public void Dispose() => http.Dispose();

    private async Task<T> AskAsync<T>(
        string method, string path, HttpContent? content, JsonTypeInfo<T> type, TimeSpan longest, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = content };
        byte[] bytes;
        try
        {
            if (content is not null)
            {
                // With a known length: the daemon's small HTTP server cannot read chunks.
                await content.LoadIntoBufferAsync(either.Token);
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Failure(method, response.StatusCode);
            }

            bytes = await response.Content.ReadAsByteArrayAsync(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{authority} {method}: no answer within {longest.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // Disposed during the request, which says nothing about what was asked.
            throw new IOException($"{authority} {method}: the connection was closed before the answer", e);
        }
        catch (InvalidDataException e)
        {
            throw Wrong(method, $"the answer cannot be unpacked: {e.Message}");
        }

        return Read(method, bytes, type);
    }

    /// <exception cref="PoolProtocolException">It cannot be read.</exception>
    internal T Read<T>(string method, byte[] bytes, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Plain(bytes), type) ?? throw Wrong(method, "the answer is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Wrong(method, $"the answer cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// Without the byte order mark that some servers put before it, and with a replacement for each byte that is not UTF-8: those occur
    /// only in texts.
    /// </summary>
    private static ReadOnlySpan<byte> Plain(byte[] bytes)
    {
        ReadOnlySpan<byte> plain = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        return Utf8.IsValid(plain) ? plain : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(plain));
    }

    /// <summary>
    /// Trouble of the server, or of a proxy in front of it, passes: it counts as no answer. Any other status will not change until the
    /// settings do.
    /// </summary>
    private Exception Failure(string method, HttpStatusCode status)
    {
        if (status == HttpStatusCode.Unauthorized)
        {
            return new PoolLoginException(
                $"{authority} {method}: HTTP status 401: " + (hasLogin ? "the daemon does not take the login given as RpcLogin or in the URL"
                : "the daemon wants the login of its --rpc-login; give it as RpcLogin or as daemon+http://USER:PASS@HOST:PORT"));
        }

        var passes = (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
        var wrong = Wrong(method, $"HTTP status {(int)status}");
        return passes ? new HttpRequestException(wrong.Message, null, status) : wrong;
    }
}
