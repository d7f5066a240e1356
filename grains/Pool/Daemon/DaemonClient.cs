using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace P2PMiner.Grains.Pool.Daemon;

/// <summary>
/// Asks one daemon. Transport failures keep their own exceptions, a time-out is a <see cref="TimeoutException"/>; an answer that cannot be
/// read is a <see cref="PoolProtocolException"/> that begins "HOST:PORT method:".
/// </summary>
internal sealed class DaemonClient(HttpClient http, string authority, string wallet, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan ShortTime = TimeSpan.FromSeconds(5);

    // The daemon may verify a whole block with big transactions, or still sort its pool.
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

    /// <summary>The header of the main chain's block of that height; an error when the chain is not so long.</summary>
    public Task<HeaderAnswer> GetHeaderAsync(ulong height, CancellationToken cancellation) => AskAsync(
        "get_block_header_by_height", "json_rpc",
        JsonContent.Create(
            new RpcRequest<HeaderRequest>("2.0", "0", "get_block_header_by_height", new(height)), DaemonJson.Default.RpcRequestHeaderRequest),
        DaemonJson.Default.HeaderAnswer, ShortTime, cancellation);

    public Task<HeightAnswer> GetHeightAsync(CancellationToken cancellation) =>
        AskAsync("getheight", "getheight", null, DaemonJson.Default.HeightAnswer, ShortTime, cancellation);

    /// <summary>An exception for something wrong in an answer.</summary>
    public PoolProtocolException Wrong(string method, string what) => new($"{authority} {method}: {Clean(what)}");

    /// <summary>The daemon's words made fit for a log: one line, bounded, without the wallet address.</summary>
    public string Clean(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Replace(wallet, "(wallet address)", StringComparison.Ordinal);
        return line.Length <= 200 ? line : line[..200] + "...";
    }

    public void Dispose() => http.Dispose();

    private async Task<T> AskAsync<T>(
        string method, string path, HttpContent? content, JsonTypeInfo<T> type, TimeSpan longest, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = content };
        try
        {
            if (content is not null)
            {
                // With a known length, not in chunks, which the daemon's small HTTP server does not read.
                await content.LoadIntoBufferAsync(either.Token);
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Wrong(method, $"HTTP status {(int)response.StatusCode}");
            }

            var bytes = await response.Content.ReadAsByteArrayAsync(either.Token);
            return JsonSerializer.Deserialize(bytes, type) ?? throw Wrong(method, "the answer is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Wrong(method, $"the answer cannot be read: {e.Message}");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{authority} {method}: no answer within {longest.TotalSeconds:0} s");
        }
    }
}
