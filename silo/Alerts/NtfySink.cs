using System.Net.Http.Headers;

namespace P2PMiner.Silo.Alerts;

/// <summary>A topic of an ntfy server: the text by POST, the rest in headers (docs.ntfy.sh/publish).</summary>
internal sealed class NtfySink(AlertHttp http, string url, string? token) : IAlertSink
{
    public string Name => "ntfy";

    public string Where { get; } = new Uri(url).Authority;

    public async Task<SinkAnswer> SendAsync(AlertMessage message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(message.Text) };
        request.Headers.Add("Title", message.Title);
        request.Headers.Add("Priority", message.Kind == AlertChangeKind.Bad ? "high" : "default");
        request.Headers.Add("Tags", message.Kind switch
        {
            AlertChangeKind.Bad => "warning",
            AlertChangeKind.Good => "white_check_mark",
            _ => "pick",
        });
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await http.SendAsync(request, cancellation);
    }
}
