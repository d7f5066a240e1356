using System.Net;
using System.Security.Cryptography.X509Certificates;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// Requests to sinks over HTTP, through the proxy if one is set, which then resolves the names too. Addresses are secrets: what is told of a failure has the
/// host in it at most. Any thread.
/// </summary>
internal sealed class AlertHttp : IDisposable
{
    /// <summary>Tor is slow.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(25);

    /// <summary>Longer pauses than this are not kept, whatever a sink asks for.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly HttpClient _client;
    private readonly TimeProvider _clock;

    /// <param name="socks5">As of <see cref="Socks5Proxy"/>; null: none.</param>
    public AlertHttp(string? socks5, TimeProvider clock)
    {
        _clock = clock;
        var handler = new SocketsHttpHandler
        {
            // A redirected POST becomes a GET, and would be taken for a success.
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            // A certificate must not make this node fetch an address of its choice, past the proxy.
            SslOptions = { CertificateChainPolicy = new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck } },
        };
        if (socks5 is not null && Socks5Proxy.TryParse(socks5, out var proxy, out _))
        {
            handler.Proxy = new WebProxy($"socks5://{proxy}") { Credentials = proxy.User is null ? null : new NetworkCredential(proxy.User, proxy.Password) };
        }

        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 << 10 };
    }

    /// <param name="explain">What a refusal's body says, without secrets; null: nothing that helps.</param>
    public async Task<SinkAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation, Func<string, string?>? explain = null)
    {
        using var deadline = new CancellationTokenSource(AnswersWithin, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (answer.IsSuccessStatusCode)
            {
                return SinkAnswer.Taken;
            }

            var body = explain is null ? null : explain(await answer.Content.ReadAsStringAsync(both.Token));
            var reason = $"it answers {(int)answer.StatusCode} {answer.StatusCode}{(body is null ? "" : $", {OutsideText.Clean(body)}")}";
            return answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
                ? SinkAnswer.Later(reason, PauseOf(answer)) : SinkAnswer.Refused(reason);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return SinkAnswer.Later($"no answer within {AnswersWithin.TotalSeconds:0} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return SinkAnswer.Later(OutsideText.Clean(error.GetBaseException().Message));
        }
    }

    public void Dispose() => _client.Dispose();

    private TimeSpan? PauseOf(HttpResponseMessage answer)
    {
        var pause = answer.Headers.RetryAfter is not { } after ? null : after.Delta ?? (after.Date - _clock.GetUtcNow());
        return pause > LongestPause ? LongestPause : pause;
    }
}
